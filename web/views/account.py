"""Signing in, one's own account, and the people and units an administrator looks after."""

from datetime import datetime

from msgspec import Struct

from web.views.shell import Choice, Crumb, Fact, Link, Pager


class SignInView(Struct, frozen=True):
    """The form, and in a demonstration the cast with its passwords."""

    username: str
    error: str
    back: str
    cast: tuple[tuple[str, str, str, str], ...]


class SessionRow(Struct, frozen=True):
    """A signed-in browser."""

    agent: str
    since: datetime
    seen: datetime
    here: bool


class TokenRow(Struct, frozen=True):
    """A key for another system."""

    number: int
    name: str
    actions: str
    expires: datetime
    state: str
    live: bool


class AccountView(Struct, frozen=True):
    """Everything about oneself."""

    name: str
    username: str
    unit: str
    roles: tuple[Fact, ...]
    must_change: bool
    errors: dict[str, str]
    sessions: tuple[SessionRow, ...]
    tokens: tuple[TokenRow, ...]
    may_tokens: bool
    actions: tuple[Choice, ...]
    fresh_token: str


class AccountRow(Struct, frozen=True):
    """One account of the list."""

    number: int
    name: str
    username: str
    unit: str
    roles: tuple[tuple[int, str], ...]
    state: str
    live: bool


class PeopleView(Struct, frozen=True):
    """Accounts and roles."""

    rows: tuple[AccountRow, ...]
    query: str
    pager: Pager | None
    roles: tuple[Choice, ...]
    errors: dict[str, str]
    fresh_password: str
    typed: dict[str, str] = {}


class UnitRow(Struct, frozen=True):
    """One unit of the list."""

    code: str
    name: str
    kind: str
    parent: str
    peer_group: str
    customers: str
    state: str
    href: str


class UnitsView(Struct, frozen=True):
    """The organisation as a list."""

    rows: tuple[UnitRow, ...]
    query: str
    kinds: tuple[Choice, ...]
    pager: Pager | None
    counts: tuple[Fact, ...]
    may_change: bool
    problems: tuple[str, ...]
    links: tuple[Link, ...] = ()
    crumbs: tuple[Crumb, ...] = ()


class ErrorView(Struct, frozen=True):
    """A refusal as a written sentence, and a way on."""

    status: int
    title: str
    sentences: tuple[str, ...]
    hint: str
    way: Link
