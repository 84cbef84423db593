"""Showing that long work goes on: a spinner or a bar on a terminal, nothing in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from core.language import Text

Step = Callable[[int], None]
"""Say how many parts are done by now."""


def _console() -> Console:
    return Console(stderr=True)


@contextmanager
def working(sentence: Text) -> Iterator[None]:
    """Show a spinner while the body runs."""
    console = _console()
    if not console.is_terminal:
        yield
        return
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        bar.add_task(str(sentence))
        yield


@contextmanager
def counting(sentence: Text, total: int) -> Iterator[Step]:
    """Show a bar of so many parts; on no terminal one line a part."""
    console = _console()
    if not console.is_terminal:
        yield lambda done: print(f"{sentence} {done}/{total}", flush=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(str(sentence), total=total)
        yield lambda done: bar.update(task, completed=done)
