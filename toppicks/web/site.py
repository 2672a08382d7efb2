"""What requests are answered from, found from anywhere in the app."""

from dataclasses import dataclass

from flask import Flask, current_app

from toppicks.config import Settings
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.picks import Recommender
from toppicks.web.answers import PicksAnswers
from toppicks.web.cards import Cards, Person
from toppicks.web.wording import Wording, isolated, listed

PEOPLE_AT_HOME = 12
_KEY = "toppicks"


@dataclass(frozen=True, eq=False)
class Site:
    """The settings, and the model that is served with what the pages need of it.

    people: a few to look at the site as; empty outside demo mode.
    """

    settings: Settings
    recommender: Recommender
    catalogue: ItemCatalogue
    cards: Cards
    people: list[Person]
    answers: PicksAnswers

    @property
    def words(self) -> Wording:
        return self.cards.wording

    @property
    def demo(self) -> bool:
        return self.settings.demo

    @classmethod
    def open(cls, settings: Settings) -> "Site":
        """Load the model; raises ArtifactError."""
        recommender = Recommender.load(settings.model_path)
        catalogue = ItemCatalogue(recommender.model)
        cards = Cards(recommender, catalogue)
        people = cards.some_people(PEOPLE_AT_HOME) if settings.demo else []
        answers = PicksAnswers(recommender, catalogue, settings.remember)
        return cls(settings, recommender, catalogue, cards, people, answers)

    @classmethod
    def current(cls) -> "Site":
        """The site of the app that handles the present request."""
        site: Site = current_app.extensions[_KEY]
        return site

    def attach(self, app: Flask) -> None:
        """Make this the site of an app, and of its templates."""
        app.extensions[_KEY] = self
        app.context_processor(lambda: {"site": self, "words": self.words})
        app.jinja_env.filters |= {"isolated": isolated, "listed": listed}
