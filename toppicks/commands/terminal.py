"""What a command says while it works, and how."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

# Of what is no terminal: wide enough for every table.
WIDTH = 110


def open_console() -> Console:
    """Standard output. What is printed may come from the caller's file: "[/b]" is no markup."""
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    return console


def printable(text: object) -> str:
    """One line that leaves the terminal as it is, whatever the caller's file holds."""
    line = " ".join(str(text).split())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


@contextmanager
def working(console: Console) -> Iterator[Callable[[str], None]]:
    """Shows how far the work is: a moving bar that counts steps on a terminal, a line for each
    stage elsewhere.
    """
    counts: Counter[str] = Counter()
    columns = SpinnerColumn(), BarColumn(20), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("tuning", total=None)

        def step(what: str) -> None:
            counts[what] += 1
            if not console.is_terminal and counts[what] == 1:
                console.print(f"working: {what}")
            done = ", ".join(f"{name} {count}" for name, count in counts.items())
            bar.update(task, description=done)

        yield step
