"""What is said of how sure totals and places are."""

from decimal import Decimal

from core.language import Text, current
from leaderboards.ranges import UnitRange
from scoring.rulebook import RuleBook
from web import show

KNOWN = {Decimal("1.64"): "90%", Decimal("1.645"): "90%", Decimal("1.96"): "95%", Decimal("2.58"): "99%"}
TIMES = Text(zh="{times}倍标准误", en="{times} standard errors")
BAND = Text(
    zh="总分的抽样误差为 ±{margin}：真实水平大约在 {low} 到 {high} 之间（把握{sure}）。",
    en="Samples leave ±{margin} open: the true level lies between {low} and {high} or so ({sure} sure).",
)
SURE = Text(zh="本月总分不受抽样影响。", en="No sample stands behind the total of this month; it is sure.")
PLACES = Text(
    zh="同类组第 {best} 至第 {worst} 名与它分不出高下。",
    en="Places {best} to {worst} of the peer group cannot be told apart from it.",
)
ALONE = Text(zh="它在同类组的名次是确定的。", en="Its place in the peer group is certain.")


def confidence(book: RuleBook) -> str:
    """Return how sure a difference must be under the rules."""
    times = book.composition.certainty
    return KNOWN.get(times) or TIMES.format(times=show.plain(times, 3)).read(current())


def certainty(book: RuleBook, found: UnitRange | None, cents: int | None) -> str:
    """Return what samples leave open about a unit's total and place, nothing where it is not known."""
    if found is None or cents is None:
        return ""
    reader = current()
    band = BAND.format(
        margin=show.number(show.scaled(found.margin, 2), 2, reader),
        low=show.number(show.scaled(max(cents - found.margin, 0), 2), 2, reader),
        high=show.number(show.scaled(cents + found.margin, 2), 2, reader),
        sure=confidence(book),
    )
    said = [(band if found.margin else SURE).read(reader)]
    places = found.places(in_group=True)
    if places and found.margin:
        best, worst = places
        said.append((PLACES.format(best=best, worst=worst) if best < worst else ALONE).read(reader))
    return (" " if reader == "en" else "").join(said)
