"""What the prizes of a plan come to in reward points, when nobody is tied."""

from collections.abc import Mapping

from core.points import exact
from months.planning.plan import Plan, PlannedAward
from scoring.rulebook import Award, RuleBook

Populations = Mapping[str, Mapping[str, int]]


def prizes(plan: Plan, book: RuleBook, populations: Populations) -> int:
    """Return the reward points of all prizes of a month."""
    return sum(cost(one, book.awards[one.code], plan, populations) for one in plan.awards if one.code in book.awards)


def cost(one: PlannedAward, terms: Award, plan: Plan, populations: Populations) -> int:
    """Return the reward points of one award's prizes."""
    return one.points * winners(one, terms, plan, populations)


def winners(one: PlannedAward, terms: Award, plan: Plan, populations: Populations) -> int:
    """Return how many win an award, one for each place: by group, and by hand as many as it allows in all."""
    if terms.rule == "by_hand":
        return sum(one.count.values())
    fields = (_fields(terms, populations.get(kind, {})) for kind in terms.kinds if kind in plan.kinds)
    return sum(_places(one, terms, group, size) for field in fields for group, size in field.items() if size)


def _fields(terms: Award, groups: Mapping[str, int]) -> Mapping[str, int]:
    """Return how many compete with each other: in a peer group, for most improved on the whole board."""
    return {"": sum(groups.values())} if terms.rule == "improved" else groups


def _places(one: PlannedAward, terms: Award, group: str, size: int) -> int:
    """Return how many of a group win, as awards are given: its own quota first, then the share, then the usual one."""
    if terms.rule == "threshold":
        return size
    if group in one.count:
        return min(size, max(0, one.count[group]))
    if one.share is not None:
        return max(1, int(exact(one.share) * size))
    return min(size, max(0, one.count.get("default", 0)))
