"""Who may see whom: one rule for pages, JSON and exports."""

from enum import StrEnum
from hashlib import sha256

import msgspec

from org.organisation import Organisation
from org.roles import ALLOWED, EVERYONE, MANAGING, SEEING_ALL, SEEING_EMBARGOED, SEEING_FROZEN, Action, Role

OF_A_UNIT = frozenset({Action.SEE_UNIT, Action.SEE_COACHING})
"""Actions that everyone has, each towards some units only."""


class Face(StrEnum):
    """What somebody is shown of a month between its freeze and its publication.

    `public` is the board as of the freeze, `host` the result once it is released, `inner` all that is known.
    """

    PUBLIC = "public"
    HOST = "host"
    INNER = "inner"


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """A person at a door: account, reading habits, and roles with the unit over which each holds."""

    account_id: int
    name: str
    language: str = "zh"
    theme: str = "auto"
    unit_id: int | None = None
    grants: tuple[tuple[Role, int], ...] = ()
    actions: frozenset[Action] | None = None
    """What a token is limited to; None for a person."""

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles, whatever they reach."""
        return frozenset(role for role, _ in self.grants)


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What one viewer sees in one organisation."""

    sees_all: bool = False
    own: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()
    sees_departments: bool = False
    face: Face = Face.PUBLIC
    heads: frozenset[int] = frozenset()
    """The own unit and the units that one manages directly: their own numbers stay visible while a month is frozen."""
    key: str = ""
    """Changes whenever what can be seen changes: part of every ETag."""

    def detail(self, unit_id: int) -> bool:
        """Tell whether the card of a unit may be taken apart: oneself, those one manages, and the units one belongs to."""
        return self.sees_all or unit_id in self.own or unit_id in self.above

    def live(self, unit_id: int) -> bool:
        """Tell whether the newest numbers of a unit may be shown while its month is frozen: its own score to its owner."""
        return self.face is Face.INNER or unit_id in self.heads

    def department(self, unit_id: int) -> bool:
        """Tell whether a department's page may be read: by its own people, organisers and branch managers."""
        return self.sees_departments or self.detail(unit_id)

    def coaching(self, unit_id: int) -> bool:
        """Tell whether a coaching list may be read: by the unit, its managers and the organisers."""
        return self.sees_all or unit_id in self.own

    def name(self, unit_id: int, *, in_bottom_third: bool) -> bool:
        """Tell whether a unit's name may be shown on a board."""
        return not in_bottom_third or self.detail(unit_id)


NOBODY = Scope(key="anonymous")


def scope(viewer: Viewer | None, organisation: Organisation) -> Scope:
    """Return what a viewer sees; somebody who has not signed in sees no unit's inside and no hidden name."""
    if viewer is None:
        return NOBODY
    me = frozenset() if viewer.unit_id is None else frozenset({viewer.unit_id})
    managed = [unit_id for role, unit_id in viewer.grants if role in MANAGING]
    own = me.union(*(organisation.subtree(unit_id) for unit_id in managed))
    above = frozenset(unit for start in (*me, *managed) for unit in organisation.ancestors(start))
    sees_all = any(role in SEEING_ALL for role in viewer.roles)
    return Scope(
        sees_all=sees_all,
        own=own,
        above=above,
        sees_departments=sees_all or Role.BRANCH_MANAGER in viewer.roles,
        face=face(viewer),
        heads=me.union(managed),
        key=_key(viewer, organisation),
    )


def face(viewer: Viewer | None) -> Face:
    """Return which face of a frozen month a viewer is shown."""
    roles = viewer.roles if viewer else frozenset[Role]()
    if not SEEING_FROZEN.isdisjoint(roles):
        return Face.INNER
    return Face.PUBLIC if SEEING_EMBARGOED.isdisjoint(roles) else Face.HOST


def may(viewer: Viewer | None, action: Action, unit_id: int | None, organisation: Organisation) -> bool:
    """Tell whether a viewer may do something, to a unit if one is named; a viewer of None has not signed in."""
    if action is Action.ANONYMOUS:
        return True
    if viewer is None or (viewer.actions is not None and action not in viewer.actions):
        return False
    if action in EVERYONE:
        return unit_id is None or action not in OF_A_UNIT or _reaches(viewer, action, unit_id, organisation)
    return any(
        action in ALLOWED[role] and (unit_id is None or role in SEEING_ALL or unit_id in organisation.subtree(reach))
        for role, reach in viewer.grants
    )


def _reaches(viewer: Viewer, action: Action, unit_id: int, organisation: Organisation) -> bool:
    seen = scope(viewer, organisation)
    return seen.coaching(unit_id) if action is Action.SEE_COACHING else seen.detail(unit_id)


def _key(viewer: Viewer, organisation: Organisation) -> str:
    seen = (viewer.unit_id, sorted(viewer.grants), organisation.revision, organisation.on.toordinal())
    return sha256(repr(seen).encode()).hexdigest()[:16]
