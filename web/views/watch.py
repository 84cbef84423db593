"""Odd facts of a month, and one of them with what is behind it."""

from msgspec import Struct

from web.views.shell import Crumb, Link


class FindingView(Struct, frozen=True):
    """One finding in words."""

    id: int
    kind: str
    unit: str
    unit_href: str
    kpi: str
    when: str
    told: str
    strength: str
    found: str
    verdict: str
    tone: str
    judged: str
    href: str
    change: str
    change_href: str
    open: bool


class WatchView(Struct, frozen=True):
    """All findings of a month: those to look at, and those that were judged."""

    title: str
    crumbs: tuple[Crumb, ...]
    waiting: tuple[FindingView, ...]
    done: tuple[FindingView, ...]
    kinds: tuple[tuple[str, int], ...]
    words: dict[str, str]


class FactView(Struct, frozen=True):
    """One fact behind a finding."""

    on: str
    unit: str
    value: str
    sample: str
    batch: str
    batch_href: str
    near: bool


class FindingPage(Struct, frozen=True):
    """One finding with its facts."""

    month: int
    title: str
    crumbs: tuple[Crumb, ...]
    one: FindingView
    dropped: tuple[Link, ...]
    facts: tuple[FactView, ...]
    facts_of: str
    card_href: str
    problems: tuple[str, ...]
    words: dict[str, str]
    typed: str = ""
