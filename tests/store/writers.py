"""Processes that write to a store: `python -m tests.store.writers NAME URL FOLDER ...`."""

import operator
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from toppicks.store import Event, Store


def overlapping(store: Store, name: str, n: str) -> None:
    """Three threads write to the same users, named in another order each time."""
    users = ["u1", "u2", "u3", "u4"]

    def write(thread: int) -> None:
        for at in range(int(n)):
            order = users[at % 4 :] + users[: at % 4]
            if (thread + at) % 2:
                order.reverse()
            item = f"{name}-{thread}-{at}"
            seen = [store.versions(user).user for user in users]
            store.add([Event(user, item, "view") for user in order])
            now = [store.versions(user).user for user in users]
            if not all(map(operator.lt, seen, now)):
                raise RuntimeError(f"{seen} did not rise: {now}")
            there = [store.events_of(user).count(Event(user, item, "view")) for user in users]
            if there != [1, 1, 1, 1]:
                raise RuntimeError(f"{item} is there {there} times")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))


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


def forked(store: Store, name: str) -> None:
    """Use a store, fork, and use it on both sides; the child's end must not be the parent's."""
    store.add([Event(name, "before", "view")])
    for at in range(3):
        child = os.fork()
        if not child:
            store.add([Event(name, f"child-{at}", "view")])
            store.versions(name)
            # The long way out, so that everything is collected and closed.
            sys.exit(0)
        os.waitpid(child, 0)
        store.add([Event(name, f"parent-{at}", "view")])
    expected = ["before", *(f"{who}-{at}" for at in range(3) for who in ("child", "parent"))]
    if [event.item_id for event in store.events_of(name)] == expected:
        print("ok")


def idle(store: Store, name: str) -> None:
    """Have the database open, do nothing until a line comes, then write."""
    store.versions(name)
    print("open", flush=True)
    sys.stdin.readline()
    store.add([Event(name, "after", "view")])
    print(len(store.events_of(name)))


def main(work: str, url: str, folder: str, *given: str) -> None:
    store = Store.open(url, Path(folder))
    kinds: dict[str, Callable[..., None]] = {
        "overlapping": overlapping,
        "duplicates": duplicates,
        "endless": endless,
        "forked": forked,
        "idle": idle,
    }
    kinds[work](store, *given)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
