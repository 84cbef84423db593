"""Awards as they are read out: one group after the other, never two kinds of unit under one name."""

from collections import Counter
from collections.abc import Iterable, Mapping

from core.language import Language, Text
from rewards.queries import Winner

Group = tuple[str, str, tuple[Winner, ...]]
"""The award's code, the name of the group in the reader's language, who won there."""


def award_groups(winners: Iterable[Winner], kinds: Mapping[str, Text], language: Language) -> list[Group]:
    """Return winners by award, kind and group, in their order; groups of one name are told apart by the kind."""
    found: dict[tuple[str, str, str], list[Winner]] = {}
    for one in winners:
        found.setdefault((one.award, one.kind, one.group), []).append(one)
    alike = Counter((award, group[0].group_name.read(language)) for (award, _, _), group in found.items())
    return [
        (
            award,
            _name(group[0], kinds, language, told_apart=alike[award, group[0].group_name.read(language)] > 1),
            tuple(group),
        )
        for (award, _, _), group in found.items()
    ]


def _name(one: Winner, kinds: Mapping[str, Text], language: Language, *, told_apart: bool) -> str:
    name, kind = one.group_name.read(language), kinds.get(one.kind)
    return f"{kind.read(language)} · {name}" if told_apart and kind else name
