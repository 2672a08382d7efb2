"""What to train on, and what was read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL

from toppicks.ids import IdMap
from toppicks.ingest.account import Account
from toppicks.ingest.cleaning import Gathered, read_interactions
from toppicks.ingest.columns.names import NamedColumns
from toppicks.ingest.feedback.scale import Feedback, Scale
from toppicks.ingest.interactions import Interactions
from toppicks.ingest.live.events import read_live
from toppicks.ingest.live.items import changed
from toppicks.ingest.live.joining import joined
from toppicks.ingest.metadata.catalogue import Catalogue, read_catalogue
from toppicks.ingest.metadata.features import content_features, item_features, user_features
from toppicks.ingest.metadata.summaries import Summaries, describe
from toppicks.ingest.metadata.vocabularies import fit_vocabulary
from toppicks.ingest.naming import nouns_of, read_site, site_words
from toppicks.recommenders.formula import Known
from toppicks.site_words import SiteWords
from toppicks.store.addresses import name_of

FILMS = Path(__file__).resolve().parent.parent / "data" / "movies"


@dataclass(frozen=True)
class Source:
    """What to train on.

    site:     names things on the site, where the data's own names will not do.
    columns:  those that the caller named.   feedback: what the caller decided about it.
    database: of live events, which are learnt from beside the files; None for files alone.
    """

    ratings: tuple[Path, ...]
    items: Path | None = None
    users: Path | None = None
    site: Path | None = None
    columns: NamedColumns = field(default_factory=NamedColumns)
    feedback: Feedback = field(default_factory=Feedback)
    database: Path | URL | None = None

    @property
    def names(self) -> list[str]:
        """Of all that is learnt from, for everybody to read."""
        files = [path.name for path in self.ratings]
        return [*files, name_of(self.database)] if self.database else files

    @classmethod
    def bundled_films(cls) -> "Source":
        return cls((FILMS / "ratings.csv.gz",), FILMS / "films.csv.gz")


@dataclass(frozen=True)
class Materials:
    """What was read: interactions, metadata and features over one common set of items.

    interactions: of files, and what live events come to; less everybody who was erased.
    files:   those of files alone, over the same items and the people that files know: what the
             model keeps. The site adds live events by itself.
    accounts: what became of every row, by what the files hold: "feedback", "items", "users"; and of
             every "live" event.
    people: what is known of people themselves; None where nothing is.
    words:  how the site speaks of all this.
    """

    source: Source
    interactions: Interactions
    files: Interactions
    accounts: Mapping[str, Account]
    catalogue: Catalogue
    people: Catalogue | None
    known: Known
    words: SiteWords

    @cached_property
    def summaries(self) -> Summaries:
        """What each column of metadata was made into; nothing of people without a file of them."""
        known, users = self.known, self.interactions.users
        of_users = []
        if self.people and known.user_features:
            of_users = describe(self.people.extended_to(users), known.user_features)
        return Summaries(describe(self.catalogue, known.content_features), of_users)

    def liking_from(self, rating: float | None) -> "Materials":
        """The same with another rating from which on something is a like; None changes nothing.

        Raises InputError where no rating reaches it.
        """
        scale = self.known.scale.liking_from(rating, self.interactions.rating)
        return replace(self, known=replace(self.known, scale=scale))


def gather(source: Source) -> Materials:
    """Read and clean the files, and what came live; raises InputError and ConfigError."""
    settings = read_site(source.site) if source.site else None
    live = read_live(source.database) if source.database else None
    read, catalogue, people, accounts = _read(source, live.erased if live else frozenset())
    files = read.interactions.moved_to(people.items, catalogue.items)
    interactions, scale = files, read.scale
    if live:
        # Items first: events about those that came live count.
        catalogue, notes = changed(catalogue, live.items)
        meaning = scale.meaning(files.rating)
        found = joined(files, live, catalogue.items, people.items, meaning, scale.top)
        interactions = found.interactions
        scale = scale.over(interactions.rating, source.feedback)
        accounts["live"] = replace(found.account, notes=(*found.account.notes, *notes))
        catalogue = catalogue.extended_to(interactions.items)
        files = files.moved_to(files.users, interactions.items)
    known_people = people if people.fields else None
    return Materials(
        source=source,
        interactions=interactions,
        files=files,
        accounts=accounts,
        catalogue=catalogue,
        people=known_people,
        known=known_of(catalogue, known_people, interactions.users, scale),
        words=site_words(
            nouns_of(read.item_column, *source.ratings, *([source.items] if source.items else [])),
            catalogue.fields,
            scale.kind,
            settings,
        ),
    )


def _read(
    source: Source, erased: frozenset[str]
) -> tuple[Gathered, Catalogue, Catalogue, dict[str, Account]]:
    """The files: feedback, items, people, and the accounts of them."""
    read = read_interactions(source.ratings, source.columns, source.feedback, erased)
    interactions, accounts = read.interactions, {"feedback": read.account}
    # Their own rows come first, whatever a file about them adds.
    catalogue = Catalogue.of_cells(interactions.items, read.item_cells)
    people = Catalogue.of_cells(interactions.users, read.user_cells)
    if source.items:
        more, accounts["items"] = read_catalogue(
            source.items, "item", source.columns, interactions.items, read.item_column
        )
        catalogue = catalogue.joined(more)
    if source.users:
        # Of who has rated nothing yet, their features say something.
        more, accounts["users"] = read_catalogue(
            source.users, "user", source.columns, interactions.users, read.user_column, erased
        )
        people = people.joined(more)
    accounts = {name: account.hiding(erased) for name, account in accounts.items()}
    return read, catalogue, people, accounts


def known_of(catalogue: Catalogue, people: Catalogue | None, users: IdMap, scale: Scale) -> Known:
    """Features of the catalogue's items, and of these users where something is known of people."""
    vocabulary = fit_vocabulary(catalogue)
    return Known(
        item_features=item_features(catalogue),
        user_features=user_features(people.extended_to(users)) if people else None,
        content_features=content_features(catalogue, vocabulary),
        scale=scale,
        vocabulary=vocabulary,
    )
