"""What of a line or of a department a viewer is shown one by one: the same for pages and interfaces."""

from fractions import Fraction

from msgspec.structs import replace

from core.language import Text
from core.points import fraction_text
from leaderboards.queries.cards import Card, LineDetail
from leaderboards.queries.departments import BranchLoss, DepartmentPage
from org.visibility import Scope
from scoring.raters import SHOWN_FROM

OTHERS = Text(zh="其他分公司", en="the other branches")


def shown(found: LineDetail, scope: Scope) -> LineDetail:
    """Return a line without the single facts of units that are not the viewer's business, and without single ratings.

    The count and the sums stay, so that the line can still be added up; of fewer than five raters only the count.
    """
    if scope.sees_all and not found.ratings:
        return found
    if found.ratings and found.line.sample < SHOWN_FROM:
        return replace(found, facts=replace(found.facts, rows=(), num=0, den=0), units={})
    rows = () if found.ratings else tuple(row for row in found.facts.rows if scope.detail(row.unit_id))
    units = {row.unit_id: found.units[row.unit_id] for row in rows}
    return replace(found, facts=replace(found.facts, rows=rows), units=units)


def department_shown(found: DepartmentPage, scope: Scope) -> DepartmentPage:
    """Return a department's page as others than its own people read it: its processes and what they cost.

    They are told neither its total, place and card, nor which other branch misses how much: both would name the last.
    The sums stay.
    """
    if scope.detail(found.card.unit_id):
        return found
    shares = tuple(replace(share, branches=_merged(share.branches, scope)) for share in found.shares)
    return replace(found, card=_bare(found.card), parts=(), bonus="0.00", shares=shares)


def _bare(card: Card) -> Card:
    body = replace(card.body, lines=(), processes=(), card_total="", rounding="", lost="", main=(), lifts=())
    return replace(
        card, rank=None, peer_rank=None, cents=None, total=None, grade=None, coverage=0, body=body,
        parts=(), measure=None, adjustments=(), red_lines=(), history=(), reach=None, activities=(),
    )  # fmt: skip


def _merged(branches: tuple[BranchLoss, ...], scope: Scope) -> tuple[BranchLoss, ...]:
    own = tuple(one for one in branches if scope.detail(one.unit_id))
    lost = sum((Fraction(one.lost) for one in branches if not scope.detail(one.unit_id)), Fraction(0))
    return (*own, BranchLoss(unit_id=0, code="", name=OTHERS, cents=None, lost=fraction_text(lost, 4)))
