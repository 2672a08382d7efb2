"""What to train on, and what was read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from toppicks.ids import IdMap
from toppicks.ingest.account import Account
from toppicks.ingest.cleaning import read_interactions
from toppicks.ingest.columns.names import NamedColumns
from toppicks.ingest.feedback.scale import Feedback, Scale
from toppicks.ingest.interactions import Interactions
from toppicks.ingest.metadata.catalogue import Catalogue, read_catalogue
from toppicks.ingest.metadata.features import content_features, item_features, user_features
from toppicks.ingest.metadata.summaries import Summaries, describe
from toppicks.ingest.metadata.vocabularies import fit_vocabulary
from toppicks.ingest.naming import nouns_of, read_site, site_words
from toppicks.recommenders.formula import Known
from toppicks.site_words import SiteWords

FILMS = Path(__file__).resolve().parent.parent / "data" / "movies"


@dataclass(frozen=True)
class Source:
    """What to train on.

    site:     names things on the site, where the data's own names will not do.
    columns:  those that the caller named.   feedback: what the caller decided about it.
    """

    ratings: tuple[Path, ...]
    items: Path | None = None
    users: Path | None = None
    site: Path | None = None
    columns: NamedColumns = field(default_factory=NamedColumns)
    feedback: Feedback = field(default_factory=Feedback)

    @classmethod
    def bundled_films(cls) -> "Source":
        return cls((FILMS / "ratings.csv.gz",), FILMS / "films.csv.gz")


@dataclass(frozen=True)
class Materials:
    """What was read: interactions, metadata and features over one common set of items.

    accounts: what became of every row, by what the files hold: "feedback", "items", "users".
    people: what is known of people themselves; None where nothing is.
    words:  how the site speaks of all this.
    """

    source: Source
    interactions: Interactions
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
    """Read and clean the files; raises InputError."""
    settings = read_site(source.site) if source.site else None
    read = read_interactions(source.ratings, source.columns, source.feedback)
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
            source.users, "user", source.columns, interactions.users, read.user_column
        )
        people = people.joined(more)
    return Materials(
        source=source,
        interactions=replace(interactions, items=catalogue.items, users=people.items),
        accounts=accounts,
        catalogue=catalogue,
        people=people if people.fields else None,
        known=known_of(catalogue, people if people.fields else None, people.items, read.scale),
        words=site_words(
            nouns_of(read.item_column, *source.ratings, *([source.items] if source.items else [])),
            catalogue.fields,
            read.scale.kind,
            settings,
        ),
    )


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
