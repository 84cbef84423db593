"""The small tables that stand beside this code, read once."""

import csv
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from core.language import Text


class Department(msgspec.Struct, frozen=True):
    """A support department, its peer group, and whether it is shown without competing: who judges does not win."""

    code: str
    name: Text
    kind: str
    hors_concours: bool


class Person(msgspec.Struct, frozen=True):
    """A named person of the demo: post, own unit, role, and the unit over which the role reaches."""

    username: str
    name: Text
    post: str
    at: str
    role: str
    scope: str | None = None


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of this package."""
    return list(csv.DictReader(text(name).splitlines()))


def text(name: str) -> str:
    """Return a file of this package as text."""
    return files("seeds").joinpath(name).read_text(encoding="utf-8")


@cache
def words() -> dict[str, tuple[Text, ...]]:
    """Return the parts that invented names are made of."""
    parts: dict[str, list[Text]] = {}
    for row in rows("words.csv"):
        parts.setdefault(row["part"], []).append(Text(zh=row["zh"], en=row["en"]))
    return {part: tuple(found) for part, found in parts.items()}


@cache
def departments() -> tuple[Department, ...]:
    """Return the support departments of the invented company."""
    return tuple(
        Department(
            code=row["code"],
            name=Text(zh=row["name_zh"], en=row["name_en"]),
            kind=row["kind"],
            hors_concours=row["hors_concours"] == "yes",
        )
        for row in rows("departments.csv")
    )


@cache
def cast() -> tuple[Person, ...]:
    """Return the named people of the demo."""
    return msgspec.convert(tuple(tomllib.loads(text("cast.toml"))["person"]), tuple[Person, ...])
