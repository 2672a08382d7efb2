"""What requests are answered from, found from anywhere in the app."""

from dataclasses import dataclass

from flask import Flask, current_app

from toppicks.config import Settings
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.picks import Recommender

_KEY = "toppicks"


@dataclass(frozen=True)
class Nouns:
    """What one item and many are called: "film" and "films"."""

    one: str
    many: str


@dataclass(frozen=True)
class Site:
    """The settings, and the model that is served with its catalogue."""

    settings: Settings
    recommender: Recommender
    catalogue: ItemCatalogue

    @property
    def nouns(self) -> Nouns:
        return Nouns(*self.recommender.model.nouns)

    @property
    def demo(self) -> bool:
        return self.settings.demo

    @classmethod
    def open(cls, settings: Settings) -> "Site":
        """Load the model; raises ArtifactError."""
        recommender = Recommender.load(settings.model_path)
        return cls(settings, recommender, ItemCatalogue(recommender.model))

    @classmethod
    def current(cls) -> "Site":
        """The site of the app that handles the present request."""
        site: Site = current_app.extensions[_KEY]
        return site

    def attach(self, app: Flask) -> None:
        app.extensions[_KEY] = self
