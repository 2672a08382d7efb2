"""Workers as the server has them, without the server."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url

from toppicks.serving.knowledge import Knowledge
from toppicks.serving.live import Live
from toppicks.store import Store
from toppicks.store.tables import metadata

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


@dataclass(frozen=True)
class Place:
    """Where the workers of one site find everything."""

    folder: Path
    url: str

    @property
    def model_path(self) -> Path:
        return self.folder / "model.pkl"

    @property
    def copies(self) -> Path:
        return self.folder / "instance" / "served"

    def put_model(self, path: Path) -> None:
        """As training does it: another file, renamed over the one that is there."""
        shutil.copyfile(path, self.folder / "coming")
        (self.folder / "coming").rename(self.model_path)

    def empty(self) -> None:
        """The database as the migrations leave it; much quicker than another one."""
        url = make_url(self.url)
        engine = create_engine(url.set(drivername=DRIVERS[url.drivername]))
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
        engine.dispose()

    def worker(self) -> Knowledge:
        """One that has just been started."""
        store = Store.open(self.url, self.folder)
        return Knowledge(Live(self.model_path, self.copies, store), store)
