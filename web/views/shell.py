"""What every page has around it."""

from decimal import Decimal

from msgspec import Struct

from core.language import Language
from org.notices import MOST_SHOWN


class Link(Struct, frozen=True):
    """A place to go; `current` marks where the reader is."""

    label: str
    href: str
    icon: str = ""
    current: bool = False


class Choice(Struct, frozen=True):
    """One option of a select field."""

    value: str
    label: str
    chosen: bool = False


class Crumb(Struct, frozen=True):
    """One step of the path to this page; the last one has no address."""

    label: str
    href: str = ""


class Said(Struct, frozen=True):
    """One sentence about what was just done; the tone is good, bad or plain."""

    sentence: str
    tone: str = "good"


class Page(Struct, frozen=True):
    """The reader, the language, the theme, and the ways to go on from here."""

    language: Language = "zh"
    theme: str = "auto"
    csrf: str = ""
    path: str = "/"
    back: str = "/"
    """The page as it was asked for, filters included."""
    viewer: str = ""
    viewer_unit: str = ""
    demo: bool = False
    nav: tuple[Link, ...] = ()
    more: tuple[Link, ...] = ()
    tabs: tuple[Link, ...] = ()
    said: Said | None = None
    assets: str = ""
    unread: int = 0
    """Notices not read yet."""
    bare: bool = False
    """Only the main part is wanted, by a page that follows its month."""
    settable: bool = True
    """Language and theme can be switched here; not where nobody has asked yet who reads."""

    @property
    def unread_shown(self) -> str:
        """Return the number in the header: nothing for none, and no more than two digits."""
        return f"{MOST_SHOWN}+" if self.unread > MOST_SHOWN else str(self.unread or "")

    @property
    def signed_in(self) -> bool:
        """Say whether somebody is signed in."""
        return bool(self.viewer)


class Live(Struct, frozen=True):
    """Which snapshot a page shows, so that it can ask whether there is a newer one."""

    month: int
    version: str
    newest: str = ""
    """Where the newest one stands, for a page that holds on to its own: it offers the way and does not follow."""


class Pager(Struct, frozen=True):
    """Where the reader is in a long list; the addresses carry the snapshot."""

    first: int
    last: int
    total: int
    back: str = ""
    onward: str = ""


class Tile(Struct, frozen=True):
    """One big number with what explains it."""

    label: str
    value: str
    small: str = ""
    detail: str = ""
    movement: int | None = None
    history: tuple[Decimal, ...] = ()


class Fact(Struct, frozen=True):
    """One line of a list of names and values."""

    name: str
    value: str


class Check(Struct, frozen=True):
    """One line of a check list; the state is ok, caution, no or plain."""

    title: str
    detail: str = ""
    state: str = "plain"
    chip: str = ""
