"""Processes that write to a store: `python -m tests.store.writers NAME URL FOLDER ...`."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from toppicks.store import Event, Store


def view_of_all(store: Store, users: list[str], item: str) -> None:
    """One write about all users; raises AssertionError unless it is there at once, once."""
    seen = {user: store.versions(user).user for user in users}
    store.add([Event(user, item, "view") for user in users])
    for user in users:
        if store.versions(user).user <= seen[user]:
            raise AssertionError(f"the version of {user} did not rise")
        if store.events_of(user).count(Event(user, item, "view")) != 1:
            raise AssertionError(f"{item} of {user} is not there")


def overlapping(store: Store, name: str, n: str) -> None:
    """Three threads write to the same users, named in another order each time."""
    users = ["u1", "u2", "u3", "u4"]
    failures: list[BaseException] = []

    def write(thread: int) -> None:
        try:
            for at in range(int(n)):
                order = users[at % 4 :] + users[: at % 4]
                if (thread + at) % 2:
                    order.reverse()
                view_of_all(store, order, f"{name}-{thread}-{at}")
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if failures:
        sys.exit(1)


def duplicates(store: Store, name: str, n: str) -> None:
    """The same event_ids as every other writer's, in another order; prints how many were new."""
    new = 0
    for at in range(int(n)):
        ids = [f"{at}-{part}" for part in range(20)]
        if len(name) % 2:
            ids.reverse()
        # A user a writer: nothing but the ids keeps these apart.
        new += store.add([Event(name, "i", "view", event_id=event_id) for event_id in ids])
    print(new)


def endless(store: Store, name: str) -> None:
    """Write, and say each time what was acknowledged, until killed."""
    at = 0
    while True:
        store.add([Event(name, f"{at}-{part}", "view") for part in range(3)])
        if at % 10 == 0:
            store.put_item(f"{name}-{at}", {"at": at})
        print(at, flush=True)
        at += 1


def main(work: str, url: str, folder: str, *given: str) -> None:
    store = Store.open(url, Path(folder))
    kinds: dict[str, Callable[..., None]] = {
        "overlapping": overlapping,
        "duplicates": duplicates,
        "endless": endless,
    }
    kinds[work](store, *given)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
