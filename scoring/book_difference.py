"""Two rule books held against each other, value by value: KPIs, weights, parameters, before and after."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from core.language import Text
from core.points import plain_text
from scoring.rulebook import RuleBook

Leaves = dict[str, tuple[tuple[str, ...], str]]
LONGEST = 300
PARAMS = "params"
"""Below this a list is one value, however many rows it has."""


class Difference(msgspec.Struct, frozen=True):
    """One value that differs: the table, what it is about in words, the path inside; None where one book has no such value."""

    path: str
    table: str
    about: Text
    inside: str
    before: str | None
    after: str | None


def differences(one: RuleBook, other: RuleBook) -> tuple[Difference, ...]:
    """Return every value that differs, in the order of the documents; a thing that is new or gone is one line."""
    old, new = _leaves(one), _leaves(other)
    things = dict.fromkeys(found[0][:2] for found in (*old.values(), *new.values()))
    place = {thing: number for number, thing in enumerate(things)}
    names = sorted((old | new), key=lambda path: place[(new.get(path) or old[path])[0][:2]])
    changed = [path for path in names if old.get(path, (None, None))[1] != new.get(path, (None, None))[1]]
    return tuple(_gathered([_difference(path, old, new, one, other) for path in changed], old, new, (other, one)))


def _difference(path: str, old: Leaves, new: Leaves, one: RuleBook, other: RuleBook) -> Difference:
    parts = (new.get(path) or old[path])[0]
    table, thing = parts[0], parts[1] if len(parts) > 1 else ""
    about = _about(other, parts) or _about(one, parts) or Text(zh=thing, en=thing)
    inside = ".".join(parts[_depth(parts) :])
    before, after = (found[path][1] if path in found else None for found in (old, new))
    return Difference(path, table, about, inside, before, after)


def _gathered(
    found: list[Difference], old: Leaves, new: Leaves, books: tuple[RuleBook, RuleBook]
) -> Iterator[Difference]:
    """Put a KPI, a card, an award or a theme that only one book has into one line."""
    told: set[str] = set()
    things = ({path: ".".join(parts[:2]) for path, (parts, _) in side.items() if len(parts) > 1} for side in (old, new))
    old_things, new_things = (set(side.values()) for side in things)
    for one in found:
        parts = (new.get(one.path) or old[one.path])[0]
        thing = ".".join(parts[:2])
        if len(parts) <= _NAMED or (thing in old_things) == (thing in new_things):
            yield one
        elif thing not in told:
            told.add(thing)
            gone = thing in old_things
            about = _about(books[0], parts[:2]) or _about(books[1], parts[:2]) or one.about
            yield msgspec.structs.replace(
                one, path=thing, about=about, inside="", before="✓" if gone else None, after=None if gone else "✓"
            )


_NAMED = 2


def _depth(parts: tuple[str, ...]) -> int:
    """Return how many parts of a path its words stand for."""
    return 3 if parts[0] in _CARDS and len(parts) > _NAMED else min(len(parts) - 1, _NAMED)


_CARDS = frozenset({"scorecards", "extras"})


def _about(book: RuleBook, parts: tuple[str, ...]) -> Text | None:
    """Return the name of what a path is about: a KPI, a kind, a kind and its KPI."""
    table, thing = parts[0], parts[1] if len(parts) > 1 else ""
    if table in _CARDS and len(parts) > _NAMED:
        kind, kpi = book.kinds.get(thing), book.kpis.get(parts[2])
        if kind and kpi:
            return Text(zh=f"{kind.name.zh} · {kpi.name.zh}", en=f"{kind.name.en} · {kpi.name.en}")
    own: Any = getattr(book, table, None)
    found = own.get(thing) if isinstance(own, Mapping) else None
    name = getattr(found, "name", None)
    if isinstance(name, Text):
        return name
    named: Any = book.kinds.get(thing) or book.processes.get(thing) or book.kpis.get(thing)
    return named.name if named else None


def _leaves(book: RuleBook) -> Leaves:
    plain = msgspec.to_builtins(book, builtin_types=(Decimal,))
    return {_joined(parts): (parts, value) for parts, value in _walked(plain, ())}


def _walked(value: Any, parts: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:  # noqa: ANN401 any plain value
    if isinstance(value, Mapping) and set(value) != {"zh", "en"}:
        for name, inner in value.items():
            yield from _walked(inner, (*parts, str(name)))
    elif _is_table(value) and PARAMS not in parts:
        for number, inner in enumerate(value, start=1):
            yield from _walked(inner, (*parts, f"[{number}]"))
    elif value is not None:
        yield parts, _text(value)


def _is_table(value: Any) -> bool:  # noqa: ANN401 any plain value
    return isinstance(value, (list, tuple)) and any(isinstance(inner, Mapping) for inner in value)


def _joined(parts: tuple[str, ...]) -> str:
    return "".join(part if part.startswith("[") else f".{part}" for part in parts).removeprefix(".")


def _text(value: Any) -> str:  # noqa: ANN401 any plain value
    if isinstance(value, Mapping):
        pairs = (f"{name} {_text(inner)}" for name, inner in value.items())
        shown = " / ".join(map(str, value.values())) if set(value) == {"zh", "en"} else " ".join(pairs)
    elif _is_table(value):
        shown = "; ".join(_text(inner) for inner in value)
    elif isinstance(value, (list, tuple)):
        shown = ", ".join(
            _text(inner) if not isinstance(inner, (list, tuple)) else f"({_text(inner)})" for inner in value
        )
    elif isinstance(value, bool):
        shown = "true" if value else "false"
    else:
        shown = plain_text(value, 30) if isinstance(value, Decimal) else str(value)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
