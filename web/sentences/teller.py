"""Picking one sentence of a page, filling its places, and reading it in the reader's language."""

from collections.abc import Callable, Mapping

from core.language import Text, current

Say = Callable[..., str]


def teller(words: Mapping[str, Text]) -> Say:
    """Return the function that says one of these sentences: say("key", place=value)."""

    def say(key: str, /, **values: object) -> str:
        return words[key].format(**values).read(current())

    return say
