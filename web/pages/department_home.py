"""What the home page of a department head holds: the process to mend first, and what each process cost."""

from decimal import Decimal

from core.language import Text, current
from leaderboards.queries.departments import DepartmentPage
from web import show
from web.pages.lines import number, rounded_apart
from web.views.home import Loss, LossCard, NextAction

MOST_ITEMS = 5
TITLE = Text(
    zh="“{process}”让本部门少得 {lost} 分，先从这里改进。",
    en="“{process}” costs the department {lost} points: begin there.",
)
WHY = Text(zh="{branch}在这个过程里失分最多，现在 {score} 分。", en="{branch} loses most in it and stands at {score}.")
BASIS = Text(zh="这个过程每提高 1 分，部门总分可多得", en="what the total gains for each point of this process")
SEE = Text(zh="看部门账", en="See the ledger")
CLOSING = Text(
    zh="以部门总分计，各过程合计少得 {lost} 分。",
    en="In points of the department's total the processes cost {lost} in all.",
)
SUM = Text(zh="部门总分 = {parts} = {total}", en="Department total = {parts} = {total}")
BONUS = Text(zh="加减分 {points}", en="bonus and penalty {points}")
REST = Text(zh="其余 {n} 个过程", en="{n} other processes")
SHARE = Text(zh="份额 {share}%", en="share {share}%")


def department_action(found: DepartmentPage | None) -> NextAction | None:
    """Return the process that costs most, with what one point of it is worth."""
    if found is None or not found.shares or not Decimal(found.shares[0].lost):
        return None
    share, reader = found.shares[0], current()
    branch = share.branches[0] if share.branches else None
    score = "–" if branch is None or branch.cents is None else number(Decimal(branch.cents).scaleb(-2))
    return NextAction(
        title=TITLE.format(process=share.name, lost=number(share.lost)).read(reader),
        why=WHY.format(branch=branch.name, score=score).read(reader) if branch else "",
        href=f"/departments/{found.card.unit_id}?month={found.card.month}",
        button=SEE.read(reader),
        worth=f"+{number(share.effect, 3)}",
        basis=BASIS.read(reader),
    )


def department_sum(found: DepartmentPage) -> str:
    """Return how the parts make the total; a missing part has given its weight to the others."""
    reader = current()
    told = [
        f"{part.name.read(reader)} {number(Decimal(part.cents).scaleb(-2))} × {show.plain(part.weight, 2)}%"
        for part in found.parts
        if part.cents is not None
    ]
    if not told:
        return ""
    if Decimal(found.bonus):
        told.append(BONUS.format(points=show.signed(Decimal(found.bonus), 2, reader)).read(reader))
    return SUM.format(parts=" + ".join(told), total=found.card.total or "–").read(reader)


def department_losses(found: DepartmentPage | None) -> LossCard | None:
    """Return what each process cost the department's total."""
    shares = [share for share in found.shares if Decimal(share.lost)] if found else []
    if found is None or not shares:
        return None
    most = Decimal(shares[0].lost)
    href = f"/departments/{found.card.unit_id}?month={found.card.month}"
    items = [
        Loss(
            name=share.name.read(current()),
            lost=Decimal(share.lost),
            share=int(Decimal(share.lost) * 100 / most),
            tone="loss4" if place == 0 else "loss3",
            href=href,
            tag=SHARE.format(share=number(share.share, 0)).read(current()),
        )
        for place, share in enumerate(shares[:MOST_ITEMS])
    ]
    rest = sum((Decimal(share.lost) for share in shares[MOST_ITEMS:]), Decimal(0))
    if rest:
        words = REST.format(n=len(shares) - MOST_ITEMS).read(current())
        items.append(Loss(words, rest, min(100, int(rest * 100 / most)), "other"))
    lost = Decimal(found.lost)
    closing = CLOSING.format(lost=number(found.lost)).read(current())
    apart = rounded_apart([item.lost for item in items], lost)
    return LossCard(lost, tuple(items), closing, department_sum(found), rounded=apart)
