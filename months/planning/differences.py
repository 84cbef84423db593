"""What a new version of a plan says otherwise than the one that holds, in the sentences that those who take part read."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.language import Text
from scoring.plain_words import Section


class Changed(NamedTuple):
    """One part of the rules of a month: what is said no longer, and what is said instead."""

    title: Text
    gone: tuple[Text, ...]
    new: tuple[Text, ...]


def differences(before: Sequence[Section], after: Sequence[Section]) -> tuple[Changed, ...]:
    """Return the parts that differ, in the order in which they are read."""
    was, will = _lines(before), _lines(after)
    found = (
        Changed(
            title, _without(was.get(title, ()), will.get(title, ())), _without(will.get(title, ()), was.get(title, ()))
        )
        for title in dict.fromkeys([*was, *will])
    )
    return tuple(one for one in found if one.gone or one.new)


def _lines(sections: Sequence[Section]) -> Mapping[Text, tuple[Text, ...]]:
    return {one.title: tuple(one.lines) for one in sections}


def _without(lines: Sequence[Text], others: Sequence[Text]) -> tuple[Text, ...]:
    return tuple(line for line in lines if line not in others)
