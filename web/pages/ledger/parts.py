"""What the pages about passed-on losses share: months, states, shares of a bar, words."""

from collections.abc import Iterable
from decimal import Decimal

from core.language import Text, current
from leaderboards.ledger_lines import Answered
from leaderboards.queries.snapshots import heads
from web import show
from web.frame import Req
from web.numbers import one_of
from web.sentences.ledger import WORDS
from web.sentences.teller import teller
from web.views.ledger import Words

TONES: dict[Answered, str] = {"open": "", "silent": "warn", "accepted": "good", "contested": "blue"}
FEW = 3
"""So many branches are named in a sentence."""
say = teller(WORDS)


def words(*keys: str) -> Words:
    """Return some words of the page in the reader's language."""
    return {key: say(key) for key in keys}


def points(value: str | Decimal, places: int = 3) -> str:
    """Return points as they are read."""
    return show.number(Decimal(value), places, current())


def of_most(value: str, most: Decimal) -> int:
    """Return a share of the largest for a bar, 0 to 100."""
    return int(Decimal(value) * 100 / most) if most > 0 else 0


def listed(names: Iterable[Text]) -> str:
    """Return names in one list."""
    return ("、" if current() == "zh" else ", ").join(name.read(current()) for name in names)


async def chosen_month(request: Req) -> tuple[list[int], int | None]:
    """Return the months that have a board and the one asked for, else the latest."""
    known = await heads()
    return list(known.by_month), one_of(request.query_params.get("month", ""), known.by_month) or known.latest
