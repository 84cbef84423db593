"""What every field of a rule book means, in the words of the reference (book_words.toml)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files("scoring").joinpath("book_words.toml").read_text(encoding="utf-8"))


def words(kind: type[msgspec.Struct]) -> Mapping[str, str]:
    """Return field → meaning of one struct; empty where nothing is said."""
    return _all().get(kind.__name__, {})
