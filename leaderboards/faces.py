"""Which face of the boards is shown to whoever reads now: that of everybody unless somebody was let in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from org.visibility import Face

HIDDEN_FROM = 1_000_000_000
"""Snapshots made behind a face are numbered from here on, so that the numbers of open boards do not count them."""

_shown: ContextVar[Face] = ContextVar("face", default=Face.PUBLIC)


def shown() -> Face:
    """Return the face that the running request, task or command is shown."""
    return _shown.get()


def show(face: Face) -> None:
    """Set the face for the rest of this request, task or command."""
    _shown.set(face)


@contextmanager
def showing(face: Face) -> Iterator[None]:
    """Show a face for a while."""
    before = _shown.set(face)
    try:
        yield
    finally:
        _shown.reset(before)
