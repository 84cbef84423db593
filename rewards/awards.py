"""Who wins an award: the quota of each peer group, ties at the cut-off all in, barred units passed over."""

from collections.abc import Iterable, Mapping, Sequence

from core.language import Text
from core.points import exact, said_cents
from rewards.certainty import asks, uncertain
from rewards.entrants import Entrant, Gate, Grant, Outcome, improved
from rewards.gates import Terms, all_given, behind, by_hand, crowded, failed, is_bar, meets_all, no_quota, not_certain

UNSURE = Text(
    zh="按背后的样本，与未获奖的第一名分不出高下。",
    en="Given the samples behind it, it cannot be told apart from the first without the award.",
)
NAMED = Text(zh="由组织者评定：{why}", en="Named by the organisers: {why}")
MERGED = "+"
"""Joins the codes of peer groups that were too small to stand alone."""
NEAR = 2
"""Within so many places of an award a unit counts as near it (who judges whom)."""


def outcome(terms: Terms, entrants: Sequence[Entrant]) -> Outcome:
    """Return winners and why-not-me of one award over all units of its kinds."""
    if terms.award.rule == "by_hand":
        return _by_hand(terms, entrants)
    field = improved(entrants) if terms.award.rule == "improved" else list(entrants)
    grants: list[Grant] = []
    missed: dict[int, tuple[Gate, ...]] = {}
    near: list[tuple[int, int]] = []
    for (_, group), members in sorted(_fields(terms, field).items()):
        _decide(terms, group, members, grants, missed, near)
    return Outcome(award=terms.award.code, grants=tuple(grants), missed=missed, near=tuple(near))


def granted(terms: Terms, entrants: Sequence[Entrant]) -> tuple[Grant, ...]:
    """Return only who wins, the same as `outcome` says: nobody behind the last winner is looked at."""
    if terms.award.rule == "by_hand":
        return _chosen(terms, entrants)
    field = improved(entrants) if terms.award.rule == "improved" else list(entrants)
    found: list[Grant] = []
    for (_, group), members in sorted(_fields(terms, field).items()):
        cut, first = _won(terms, group, members)
        unsure = uncertain(terms, cut, [*cut, *first])
        won = (one for one in sorted(cut, key=_order) if one.unit_id not in unsure or not is_bar(terms, "uncertain"))
        found.extend(_grant(terms, one, group, unsure=one.unit_id in unsure) for one in won)
    return tuple(found)


def _by_hand(terms: Terms, entrants: Sequence[Entrant]) -> Outcome:
    """Return the outcome of an award that the organisers decide."""
    grants = _chosen(terms, entrants)
    winners = {grant.unit_id for grant in grants}
    missed = {one.unit_id: failed(terms, one) or (_unchosen(terms, one),) for one in entrants}
    left = {unit_id: gates for unit_id, gates in missed.items() if unit_id not in winners}
    near = tuple((unit_id, 0) for unit_id in sorted(winners))
    return Outcome(award=terms.award.code, grants=grants, missed=left, near=near)


def _chosen(terms: Terms, entrants: Sequence[Entrant]) -> tuple[Grant, ...]:
    """Return who wins an award by hand: of those named, the first who meet every condition, as many as there are in all."""
    known = {one.unit_id: one for one in entrants if one.unit_id in terms.named}
    fit = [known[unit_id] for unit_id in terms.named if unit_id in known and meets_all(terms, known[unit_id])]
    return tuple(_given(terms, one) for one in fit[: in_all(terms)])


def in_all(terms: Terms) -> int:
    """Return how many an award by hand has, over all groups."""
    return sum(terms.award.count.values())


def _unchosen(terms: Terms, one: Entrant) -> Gate:
    return all_given(in_all(terms)) if one.unit_id in terms.named else by_hand()


def _given(terms: Terms, one: Entrant) -> Grant:
    reason = NAMED.format(why=terms.named[one.unit_id])
    return Grant(unit_id=one.unit_id, group=one.group, place=one.rank or 0, value=one.value or 0, reason=reason)


def _won(terms: Terms, group: str, members: Sequence[Entrant]) -> tuple[list[Entrant], list[Entrant]]:
    """Return the winners of one group, rank by rank from the top until as many have won as may, and who comes next."""
    ranks: dict[int, list[Entrant]] = {}
    for one in members:
        if one.rank is not None:
            ranks.setdefault(one.rank, []).append(one)
    places = quota(terms, group, sum(map(len, ranks.values())))
    enough = len(members) + 1 if terms.award.rule == "threshold" else places
    won: list[Entrant] = []
    taken: dict[tuple[str, int | None], int] = {}
    for rank in sorted(ranks):
        if len(won) >= enough and not asks(terms):
            break
        free = [one for one in ranks[rank] if meets_all(terms, one)]
        may = [one for one in free if not _is_crowded(terms, one, taken)]
        if len(won) >= enough and may:
            return won, sorted(may, key=_order)
        won += may
        for one in free:
            for kind in terms.award.at_most:
                taken[kind, one.above.get(kind)] = taken.get((kind, one.above.get(kind)), 0) + 1
    return won, []


def _is_crowded(terms: Terms, one: Entrant, taken: Mapping[tuple[str, int | None], int]) -> bool:
    above = ((kind, one.above.get(kind), most) for kind, most in terms.award.at_most.items())
    return any(unit is not None and taken.get((kind, unit), 0) >= most for kind, unit, most in above)


def quota(terms: Terms, group: str, ranked: int) -> int:
    """Return how many awards a group of so many ranked units has, ties aside; merged groups `A+B` add their quotas."""
    award = terms.award
    own = [award.count[part] for part in group.split(MERGED) if part in award.count]
    if own:
        return sum(own)
    if award.share is not None:
        return max(1, int(exact(award.share) * ranked)) if ranked else 0
    return award.count.get("default", 0)


def _decide(
    terms: Terms,
    group: str,
    members: Sequence[Entrant],
    grants: list[Grant],
    missed: dict[int, tuple[Gate, ...]],
    near: list[tuple[int, int]],
) -> None:
    """Settle one group: append its grants, its failed gates, and the distances of those near an award."""
    barred = {one.unit_id: failed(terms, one) for one in members}
    open_to = [one for one in members if not barred[one.unit_id]]
    passed = _crowded(terms, open_to)
    free = sorted((one for one in open_to if one.unit_id not in passed), key=_order)
    places = quota(terms, group, sum(one.rank is not None for one in members))
    cut = _cut(free, places) if terms.award.rule != "threshold" else free
    unsure = uncertain(terms, cut, free)
    won = [one for one in cut if one.unit_id not in unsure] if is_bar(terms, "uncertain") else cut
    last = cut[-1] if cut else None
    grants.extend(_grant(terms, one, group, unsure=one.unit_id in unsure) for one in won)
    first, winners = ({one.unit_id for one in some} for some in (cut, won))
    for one in members:
        if one.unit_id in first - winners:
            missed[one.unit_id] = (not_certain(),)
        elif last is None or one.unit_id not in winners:
            missed[one.unit_id] = barred[one.unit_id] or (_why_not(one, places, last, passed.get(one.unit_id)),)
    if places or won:
        near.extend(_near(members, won, last))


def _why_not(one: Entrant, places: int, last: Entrant | None, passed: Gate | None) -> Gate:
    if last is None:
        return no_quota()
    return passed if passed and (one.rank or 0) <= (last.rank or 0) else behind(one, places, last.value)


def _crowded(terms: Terms, members: Sequence[Entrant]) -> dict[int, Gate]:
    """Return the gate of everyone who has as many better-placed members under the same unit above as may win there."""
    found: dict[int, Gate] = {}
    for kind, most in terms.award.at_most.items():
        ranks: dict[int | None, list[int]] = {}
        for one in members:
            ranks.setdefault(one.above.get(kind), []).append(one.rank or 0)
        for one in members:
            above = one.above.get(kind)
            if above is not None and sum(rank < (one.rank or 0) for rank in ranks[above]) >= most:
                found[one.unit_id] = crowded(terms, kind)
    return found


def _cut(free: Sequence[Entrant], places: int) -> list[Entrant]:
    """Return the first so many and everyone who shares the rank of the last of them."""
    if not places or not free:
        return []
    edge = free[min(places, len(free)) - 1].rank
    return [one for one in free if (one.rank or 0) <= (edge or 0)]


def _grant(terms: Terms, one: Entrant, group: str, *, unsure: bool = False) -> Grant:
    if terms.award.rule == "improved":
        sentence = Text(
            zh="扣除同类组变化后提高{value}分，进步幅度第{place}。",
            en="Up {value} beyond its peers, place {place} by improvement.",
        )
    else:
        sentence = Text(zh="{value}分，同类组第{place}名。", en="Scored {value}, place {place} in its peer group.")
    value, place = one.value or 0, one.rank or 0
    reason = sentence.format(value=said_cents(value), place=place)
    if unsure:
        reason = Text(zh=reason.zh + UNSURE.zh, en=f"{reason.en} {UNSURE.en}")
    return Grant(unit_id=one.unit_id, group=group, place=place, value=value, reason=reason)


def _near(members: Iterable[Entrant], won: Sequence[Entrant], last: Entrant | None) -> list[tuple[int, int]]:
    """Return unit and distance of those who have won or would with two places more; who never competes is not near."""
    edge = (last.rank or 0) if last else 0
    competing = [one for one in members if one.rank is not None and not (one.external or one.hors_concours)]
    winners = {one.unit_id for one in won}
    distances = [(one.unit_id, 0 if one.unit_id in winners else max(1, (one.rank or 0) - edge)) for one in competing]
    return [(unit, distance) for unit, distance in distances if distance <= NEAR]


def _fields(terms: Terms, entrants: Iterable[Entrant]) -> Mapping[tuple[str, str], list[Entrant]]:
    """Return who competes with whom: kind and peer group, for most improved the whole board of a kind."""
    fields: dict[tuple[str, str], list[Entrant]] = {}
    for one in entrants:
        fields.setdefault((one.kind, "" if terms.award.rule == "improved" else one.group), []).append(one)
    return fields


def _order(one: Entrant) -> tuple[int, int]:
    return one.rank or 0, one.unit_id
