"""What is served now: a model, and the items as they are. Both change as wholes, while it runs."""

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sized
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError, StoreAway
from toppicks.serving.histories import Person
from toppicks.serving.model_file import ModelFile
from toppicks.serving.recommender import Recommender
from toppicks.serving.remembered import Remembered
from toppicks.store import CatalogueChanges, ItemChange, Store

# How often it is looked whether another model lies there: within two seconds every worker has it.
LOOK_SECONDS = 0.25
# How much of people each worker keeps in mind while they do not change: some 20 MiB, counted in
# reactions to an item. Somebody who has none counts as a few, and so does what the files say.
REMEMBERED, OF_A_PERSON, ROWS_OF_FILES = 2**16, 16, 16

log = logging.getLogger(__name__)
_alive: "weakref.WeakSet[Live]" = weakref.WeakSet()


def size_of(said: Sized) -> int:
    """What it costs to remember a person and what they said live."""
    return OF_A_PERSON + len(said)


def size_of_person(person: Person) -> int:
    """The same with the history that is put together of it and of the files."""
    return size_of(person.live) + len(person.history.seen_idx) // ROWS_OF_FILES


@dataclass(frozen=True, eq=False)
class Served:
    """A model and the items of one moment; a request holds on to one from its beginning to its end.

    erased:  people of whom what the files say counts no more.
    changes: the last change of each item that ever changed, for when the model is another one.
    people:  who was asked about last, by this; it goes with it.
    """

    recommender: Recommender
    erased: frozenset[str] = frozenset()
    changes: Mapping[str, ItemChange] = field(default_factory=dict)
    people: Remembered[str, Person] = field(
        default_factory=lambda: Remembered(REMEMBERED, size_of_person)
    )

    @property
    def catalogue_version(self) -> int:
        return self.recommender.catalogue.version

    def after(self, changes: CatalogueChanges) -> "Served":
        """The same with what changed in the store; `whole` changes replace all that was known."""
        recommender, before = self.recommender, self
        if changes.whole and self.changes:
            recommender = recommender.with_catalogue(recommender.catalogue.as_trained)
        if changes.whole:
            before = Served(recommender)
        latest = {change.item_id: change for change in changes.items}
        catalogue = recommender.catalogue.with_changes(latest.values(), changes.version)
        return Served(
            recommender.with_catalogue(catalogue),
            before.erased | frozenset(changes.erased),
            {**before.changes, **latest},
        )

    def by(self, recommender: Recommender) -> "Served":
        """The same changes of items, with another model."""
        known = sorted(self.changes.values(), key=lambda change: change.version)
        changes = CatalogueChanges(self.catalogue_version, known, list(self.erased), whole=True)
        return Served(recommender).after(changes)


class Live:
    """Keeps what is served up to date.

    refused: why the file that lies at the model's place now is not served; "" if it is.
    on_swap: told whenever another file was found there: whether it was taken up.
    """

    def __init__(
        self,
        model_path: Path,
        copies: Path,
        store: Store,
        on_swap: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.file = ModelFile(model_path, copies)
        self.store = store
        self.refused = ""
        self.on_swap = on_swap
        self._renew_locks()
        _alive.add(self)
        self._watched_by = 0
        self._stamp = self.file.stamp()
        self._served = Served(Recommender.of(self.file.load()))
        # Thousands of items take seconds to place: once, before a server parts into workers.
        with suppress(StoreAway):
            self._served = self._served.after(store.changes_since(0))
        store.close()

    def _renew_locks(self) -> None:
        """A thread of the first process may hold one of them while another process is forked."""
        self._changing, self._looking = threading.Lock(), threading.RLock()

    @property
    def unwatched(self) -> Served:
        """The same, and nothing is begun: in a process that may yet part into workers, a thread
        might hold what a worker then waits for.
        """
        return self._served

    @property
    def served(self) -> Served:
        """What is served, as of the last look into the store."""
        if self._watched_by != os.getpid():
            self._watch()
        return self._served

    def upto(self, catalogue_version: int) -> Served:
        """What is served, with all changes of items up to this version of the store's.

        Raises StoreAway where the store is gone.
        """
        served = self.served
        if served.catalogue_version == catalogue_version:
            return served
        with self._changing:
            changes = self.store.changes_since(self._served.catalogue_version)
            # Another thread may have been here first; a restored store may be older.
            if changes.version != self._served.catalogue_version:
                self._served = self._served.after(changes)
            return self._served

    def look(self) -> None:
        """Take up the model that lies at its place now, if it is another one and sound."""
        with self._looking:
            stamp = self.file.stamp()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._take(self.file.load())
                self.refused = ""
            except ArtifactError as error:
                self.refused = str(error)
                self.on_swap(False)
                # As a text: whoever keeps what is logged would keep all of this with the error.
                log.error(
                    "THE NEW MODEL IS REFUSED, %s is still served: %s",
                    self._served.recommender.version,
                    self.refused,
                )

    def _take(self, loaded: Artifact) -> None:
        """Serve it; raises ArtifactError where its parts do not fit together."""
        before = self._served
        if loaded.version == before.recommender.version:
            return
        recommender = Recommender.of(loaded)
        # Items that came later are placed while requests still go on.
        after = before.by(recommender)
        with self._changing:
            self._served = after if self._served is before else self._served.by(recommender)
        self.on_swap(True)
        log.warning(
            "model %s is served from now on, after %s", loaded.version, before.recommender.version
        )

    def _watch(self) -> None:
        """In each process: look once before anything is answered, and from then on now and then.

        Threads do not survive a fork, and what the first process loaded may be old by now.
        """
        with self._looking:
            if self._watched_by == os.getpid():
                return
            self.look()
            if self.refused and (last := self.file.last_copy()):
                self._take(last)
            threading.Thread(target=_keep_looking, args=(weakref.ref(self),), daemon=True).start()
            self._watched_by = os.getpid()


def _after_fork() -> None:
    for live in _alive:
        live._renew_locks()


os.register_at_fork(after_in_child=_after_fork)


def _keep_looking(live: "weakref.ref[Live]") -> None:
    """Until nobody needs it any more."""
    while True:
        time.sleep(LOOK_SECONDS)
        one = live()
        if one is None:
            return
        try:
            one.look()
        except Exception:
            # Whatever it is, the next file may be sound.
            log.exception("the model's place could not be looked at")
        del one
