"""What the check of rules found, line by line."""

from msgspec import Struct

from web.views.shell import Choice, Crumb


class Finding(Struct, frozen=True):
    """One finding."""

    state: str
    sentence: str
    hint: str
    place: str
    grade: str
    tone: str


class RuleCheckView(Struct, frozen=True):
    """Everything found in a rule book, errors first."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    findings: tuple[Finding, ...]
    nothing: str = ""
    draft: str = ""
