"""A contest goes on in another month: the same rules, the classes as the last round left them, no day set."""

from msgspec import structs

from months.contests.results import Result, Tables
from months.contests.spec import Elimination, League, Race, Spec


def continued(spec: Spec, last: Result | None) -> Spec:
    """Return the rules of a contest for another month; `last` is what its last settled round came to, if there is one."""
    if isinstance(spec, Race):
        return structs.replace(spec, days=())
    if isinstance(spec, Elimination):
        return structs.replace(spec, rounds=tuple(structs.replace(one, on=None) for one in spec.rounds))
    if isinstance(spec, League) and isinstance(last, Tables):
        pairs = zip(spec.divisions, last.following, strict=True)
        moved = tuple(structs.replace(one, units=units) for one, units in pairs)
        return structs.replace(spec, divisions=moved, on=None)
    return structs.replace(spec, on=None)
