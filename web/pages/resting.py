"""What the pages of a unit say while a month rests between freeze and publication."""

from core.language import Text, current
from leaderboards.faces import showing
from leaderboards.queries.snapshots import heads
from org.visibility import Face

CARD_OWN = Text(
    zh="本月已冻结：名次、同类中位数、比昨天、失分是谁的和上级单位的分数停在冻结时，公布前不变；自己的得分和失分是现在的，两者可能对不上。",
    en="This month is frozen: place, median of the peers, the change since yesterday, whose the loss is and the scores of units above rest as of "
    "the freeze until the results are published; your own score and losses are as of now, so the two may differ.",
)
CARD = Text(
    zh="本月已冻结：这里是冻结时的记分卡，公布前不变。",
    en="This month is frozen: this is the card as of the freeze; it does not change until the results are published.",
)
INSIDE = Text(
    zh="对外已冻结：您看到的是现在的结果，其他人在公布前只看到冻结时的榜单。",
    en="Frozen for the public: you see the result as of now; until it is published others see the board as of the freeze.",
)
PLACE_OWN = Text(
    zh="本月已冻结：名次和总分停在冻结时，公布前不变；失分去向是现在的。",
    en="This month is frozen: place and total rest as of the freeze; where the points went is as of now.",
)
PLACE = Text(
    zh="本月已冻结：名次和总分停在冻结时，公布前不变。",
    en="This month is frozen: place and total do not change until the results are published.",
)


async def card_rests(month: int, *, own: bool) -> str:
    """Return what of a card is as of the freeze; empty where nothing is held back."""
    if month in (await heads()).held_back:
        return (CARD_OWN if own else CARD).read(current())
    with showing(Face.PUBLIC):
        held = month in (await heads()).held_back
    return INSIDE.read(current()) if held else ""


async def place_rests(month: int, *, own: bool) -> str:
    """Return that the place beside one's own losses is as of the freeze; empty where nothing is held back."""
    held = month in (await heads()).held_back
    return (PLACE_OWN if own else PLACE).read(current()) if held else ""
