"""Whether the cards of a rule book and the kinds of unit that there are fit together."""

from collections.abc import Collection, Iterator

from core.errors import Problem
from core.language import Text
from scoring.checks.findings import card_path, finding
from scoring.rulebook import RuleBook


def card_gaps(book: RuleBook, today: RuleBook, kinds: Collection[str]) -> Iterator[Problem]:
    """Warn of kinds that have units and a card today and no card here, and of cards for kinds without a unit."""
    for kind in today.cards():
        if kind in kinds and kind not in book.cards():
            words = Text(
                zh="“{name}”现在有记分卡，这份规则里没有：这类单位不再有总分、名次和奖项。",
                en="“{name}” has a card today and none here: its units would have no totals, places or awards any more.",
            )
            hint = Text(
                zh=f"补上 [scorecards.{kind}] 或 [trees.{kind}]；类别的代码要与组织里的一致。",
                en=f"Add [scorecards.{kind}] or [trees.{kind}]; kinds are named by the codes of the organisation.",
            )
            yield finding("card_missing", "scorecards", "warning", words.format(name=today.kinds[kind].name), hint)
    for kind in book.cards():
        if kind not in kinds:
            words = Text(
                zh="组织里没有“{name}”这类单位，这张卡用不上。",
                en="There is no unit of the kind “{name}”: nobody has this card.",
            )
            yield finding(
                "card_without_units", card_path(book, kind), "warning", words.format(name=book.kinds[kind].name)
            )
