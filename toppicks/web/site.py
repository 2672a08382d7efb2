"""What requests are answered from, found from anywhere in the app."""

from dataclasses import dataclass, replace

from flask import Flask, current_app, g, request

from toppicks.config import Settings
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.histories import Person
from toppicks.serving.knowledge import Knowledge, Look
from toppicks.serving.live import Live, Served
from toppicks.serving.people import some_people
from toppicks.serving.recommender import Recommender
from toppicks.store import Store
from toppicks.trained import TrainedModel
from toppicks.web.answers import RememberedAnswers
from toppicks.web.cards.cards import Cards
from toppicks.web.cards.facts import Facts
from toppicks.web.cards.wording import Wording, brief, isolated, listed
from toppicks.web.metrics import count_store_error, count_swap

PEOPLE_AT_HOME = 12
# Under `instance/`: the model that is served, as the workers have it mapped.
COPIES = "served"
# Said wherever somebody looks while it is so.
RESTING = "Ratings are resting: they cannot be read or kept just now, and come back by themselves."
_KEY = "toppicks"
# Where a request brings its site along, if somebody has looked into the store for it already.
SITE = "toppicks.site"


@dataclass(frozen=True, eq=False)
class Site:
    """What one request is answered from, from its beginning to its end.

    about: whom the look into the store was about; "" for nobody.
    """

    settings: Settings
    about: str
    knowledge: Knowledge
    look: Look
    cards: Cards
    answers: RememberedAnswers
    people_at_home: tuple[str, ...]

    @property
    def recommender(self) -> Recommender:
        return self.look.recommender

    @property
    def model(self) -> TrainedModel:
        return self.look.recommender.model

    @property
    def catalogue(self) -> ItemCatalogue:
        return self.look.recommender.catalogue

    @property
    def words(self) -> Wording:
        return self.cards.wording

    @property
    def demo(self) -> bool:
        return self.settings.demo

    @property
    def resting(self) -> bool:
        """Whether what came live cannot be read, or nothing can be written down just now."""
        return self.look.resting or self.knowledge.store.resting is not None

    @property
    def version(self) -> str | None:
        """What an answer about this person depends on; None while there is no telling."""
        versions = self.look.versions
        if versions is None or self.resting:
            return None
        return f"{self.recommender.version}-{versions.user}-{versions.catalogue}"

    def person(self, user_id: str) -> Person:
        """Everything that is known of somebody now."""
        return self.knowledge.person(user_id, self.look)

    def meet(self) -> tuple["Site", Person]:
        """The site with whom it is about; it rests where what they did live cannot be read."""
        look, person = self.knowledge.meet(self.look)
        return replace(self, look=look), person

    @classmethod
    def current(cls, user_id: str = "") -> "Site":
        """The site of the present request.

        user_id: whom the request is about, if anybody. Whoever asks first should say it: then one
                 look-up in the store serves the whole request.
        """
        site = cls.glance(user_id)
        if user_id:
            site, _ = site.meet()
            setattr(g, _KEY, site)
        return site

    @classmethod
    def glance(cls, user_id: str) -> "Site":
        """The same without the person: enough to tell whether anything changed."""
        site: Site | None = g.get(_KEY) or request.environ.get(SITE)
        if site is None or user_id not in {"", site.about}:
            site = House.current().site(user_id)
        setattr(g, _KEY, site)
        return site


@dataclass(frozen=True, eq=False)
class _Furniture:
    """What is made once for each model.

    people: a few to look at the site as; empty outside demo mode.
    """

    model: TrainedModel
    facts: Facts
    people: tuple[str, ...]

    @classmethod
    def of(cls, model: TrainedModel, demo: bool) -> "_Furniture":
        ids = [model.users[row] for row in some_people(model, PEOPLE_AT_HOME)] if demo else []
        return cls(model, Facts(model.fields, model.words), tuple(ids))


class House:
    """What lasts from request to request, in one process."""

    def __init__(self, settings: Settings) -> None:
        """Load the model and find the store; raises ArtifactError or ConfigError."""
        self.settings = settings
        store = Store.open(settings.database_url, settings.instance_path)
        store.on_error = lambda _: count_store_error()
        live = Live(settings.model_path, settings.instance_path / COPIES, store, count_swap)
        self.knowledge = Knowledge(live, store)
        self.answers = RememberedAnswers(settings.remember)
        self._furniture = _Furniture.of(live.unwatched.recommender.model, settings.demo)
        self._cards: tuple[Served, Cards] | None = None

    @classmethod
    def current(cls) -> "House":
        """The house of the app that handles the present request."""
        return cls.of(current_app)

    @staticmethod
    def of(app: Flask) -> "House":
        """The house of an app."""
        house: House = app.extensions[_KEY]
        return house

    def image_hosts(self) -> tuple[str, ...]:
        """Origins that pictures may come from, by the model that is served now."""
        return self.knowledge.live.unwatched.recommender.model.words.image_hosts

    def site(self, user_id: str) -> Site:
        """What is served at this moment, and whether anything changed about this person."""
        look = self.knowledge.glance(user_id)
        cards = self._cards_of(look.served)
        people = self._furniture.people
        return Site(self.settings, user_id, self.knowledge, look, cards, self.answers, people)

    def attach(self, app: Flask) -> None:
        """Make this the house of an app, and of its templates."""
        app.extensions[_KEY] = self
        app.context_processor(_for_templates)
        app.jinja_env.filters |= {"brief": brief, "isolated": isolated, "listed": listed}

    def _cards_of(self, served: Served) -> Cards:
        # Threads may make them twice, which does no harm.
        known = self._cards
        if known is not None and known[0] is served:
            return known[1]
        model = served.recommender.model
        if self._furniture.model is not model:
            self._furniture = _Furniture.of(model, self.settings.demo)
        cards = Cards(served.recommender, self._furniture.facts)
        self._cards = (served, cards)
        return cards


def _for_templates() -> dict[str, object]:
    site = Site.current()
    return {"site": site, "words": site.words, "resting": RESTING}
