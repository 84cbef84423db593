"""The page on which a sealed month is checked."""

from msgspec import Struct

from web.views.shell import Crumb


class VersionView(Struct, frozen=True):
    """One sealed version and its last check; differences are there for those who run the contest."""

    name: str
    about: str
    digest: str
    number: int
    state: str
    tone: str
    chip: str
    told: str = ""
    asked: str = ""
    differences_title: str = ""
    differences: tuple[str, ...] = ()
    more: str = ""
    take: str = ""
    stands: bool = False
    """The closing that holds, and was or will be published."""


class ProofView(Struct, frozen=True):
    """All sealed versions of a month."""

    month: int
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    versions: tuple[VersionView, ...]
    empty: str
    again: str
    working: str
    """Said while a check runs; the page asks again by itself."""
    take: str
    offline: str
    offline_about: str
    command: str
    notes: tuple[str, ...]
