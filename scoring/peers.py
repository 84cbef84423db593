"""Who may be compared with whom: peer groups in their order, small ones merged with their neighbour (同类组)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from scoring.book_parts import UnitKind

ALL = "all"


def grouped(kind: UnitKind, keys: Sequence[str | None]) -> tuple[list[int], tuple[str, ...]]:
    """Return for every unit the index of its peer group, and the groups' names; a merged one is called `A+B`.

    A key that the kind does not name makes a group of its own at the end; None belongs to the group `all`.
    """
    named = [key if key is not None else ALL for key in keys]
    sizes = Counter(named)
    order = [group.code for group in kind.groups if group.code in sizes]
    order += sorted(set(sizes) - set(order))
    apart = {group.code for group in kind.groups if group.shown_only}
    bunches = merged([code for code in order if code not in apart], sizes, kind.merge_under)
    bunches += [[code] for code in order if code in apart]
    place = {code: index for index, bunch in enumerate(bunches) for code in bunch}
    return [place[key] for key in named], tuple("+".join(bunch) for bunch in bunches)


def merged(order: Sequence[str], sizes: Mapping[str, int], least: int) -> list[list[str]]:
    """Return the groups with each one under the least size joined to its smaller neighbour."""
    bunches = [[code] for code in order]
    while len(bunches) > 1:
        counts = [sum(sizes[code] for code in bunch) for bunch in bunches]
        at = min(range(len(bunches)), key=lambda index: counts[index])
        if counts[at] >= least:
            break
        neighbours = [index for index in (at - 1, at + 1) if 0 <= index < len(bunches)]
        other = min(neighbours, key=lambda index: counts[index])
        first, second = sorted((at, other))
        bunches[first : second + 1] = [bunches[first] + bunches[second]]
    return bunches
