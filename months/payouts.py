"""What of a month's rewards is still to be paid: what is due less what earlier lists paid, line by line."""

from collections.abc import Iterable, Mapping

import msgspec

from core.language import Text
from months.seal import Plain, digest

Key = tuple[str, int]


class PayLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a payout list: who gets what for which award, and why; `points` are whole reward points, less than none taken back."""

    award: str
    award_name: Text
    unit_id: int
    unit_code: str
    unit_name: Text
    prize: Text
    points: int
    reason: Text

    @property
    def key(self) -> Key:
        """Return what the line is about."""
        return (self.award, self.unit_id)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is not paid yet, and every reason why."""

    line: PayLine
    reasons: tuple[Text, ...]


def paid(lists: Iterable[Iterable[PayLine]]) -> dict[Key, int]:
    """Return the reward points that approved lists paid, by award and unit."""
    found: dict[Key, int] = {}
    for line in (line for lines in lists for line in lines):
        found[line.key] = found.get(line.key, 0) + line.points
    return found


def still_due(due: Iterable[PayLine], before: Mapping[Key, int]) -> tuple[PayLine, ...]:
    """Return the lines not listed yet, and the difference of those whose amount has changed since."""
    found = []
    for line in due:
        rest = line.points - before.get(line.key, 0)
        if line.key not in before or rest:
            found.append(msgspec.structs.replace(line, points=rest))
    return tuple(found)


def sealed(month: int, number: int, lines: Iterable[PayLine]) -> str:
    """Return the digest of a list: of its month, its number and its lines."""
    document: Plain = {"month": month, "number": number, "lines": [plain(line) for line in lines]}
    return digest(document)


def plain(line: PayLine) -> dict[str, Plain]:
    """Return a line as plain values."""
    return {
        "award": line.award,
        "award_name": {"zh": line.award_name.zh, "en": line.award_name.en},
        "unit": line.unit_id,
        "unit_code": line.unit_code,
        "unit_name": {"zh": line.unit_name.zh, "en": line.unit_name.en},
        "prize": {"zh": line.prize.zh, "en": line.prize.en},
        "points": line.points,
        "reason": {"zh": line.reason.zh, "en": line.reason.en},
    }
