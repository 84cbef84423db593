"""Whether the cards of a rule book fit the kinds of unit that there are, and the help that is given by their scores."""

from collections.abc import Collection, Iterator
from fractions import Fraction

from core.errors import Problem
from core.language import Text
from core.points import exact, said_text
from scoring.book_terms import TriggerRule
from scoring.checks.findings import card_path, finding
from scoring.ranges import most_scored
from scoring.rulebook import RuleBook
from scoring.tree.spans import total_span


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


def always_helped(book: RuleBook) -> Iterator[Problem]:
    """Warn of a total, or a process, on a tree that cannot reach what help begins below: every unit would be helped."""
    if "below_threshold" not in book.coaching.triggers:
        return
    for kind in book.trees:
        rule = book.coaching.rule_of(kind)
        found = tuple(_total_below(book, kind, rule))
        yield from found
        if found or rule.process_threshold is None:
            continue
        for process, (weight, best) in _processes(book, kind).items():
            if weight >= exact(rule.process_weight) and best is not None and best < exact(rule.process_threshold):
                words = Text(
                    zh="“{process}”在“{kind}”卡上最高{best}分，够不到帮扶的过程底线{least}分：这类单位都会被列入帮扶。",
                    en="On the card of “{kind}” the scores of “{process}” reach {best} at most, below the {least} under which help begins: every such unit would be helped.",
                ).format(
                    process=book.processes[process].name, kind=book.kinds[kind].name, best=said_text(best, 2),
                    least=said_text(rule.process_threshold),
                )  # fmt: skip
                hint = Text(
                    zh=f"在 [coaching.rules.{kind}] 改 process_threshold 或 process_weight。",
                    en=f"Change process_threshold or process_weight under [coaching.rules.{kind}].",
                )
                yield finding("always_helped", card_path(book, kind), "warning", words, hint)


def _total_below(book: RuleBook, kind: str, rule: TriggerRule) -> Iterator[Problem]:
    _, most = total_span(book, kind)
    helped = not book.coaching.kinds or kind in book.coaching.kinds
    if not helped or rule.threshold is None or most is None or most >= exact(rule.threshold):
        return
    words = Text(
        zh="“{kind}”的总分最高{best}分，够不到帮扶的总分底线{least}分：这类单位都会被列入帮扶。",
        en="Totals of “{kind}” reach {best} at most, below the {least} under which help begins: every such unit would be helped.",
    ).format(kind=book.kinds[kind].name, best=said_text(most, 2), least=said_text(rule.threshold))
    hint = Text(
        zh=f"按这张卡的分值改 [coaching.rules.{kind}] 的 threshold（以及 exempt_at 和 coaching.exit_score）。",
        en=f"Put threshold under [coaching.rules.{kind}] on the scale of this card (exempt_at and coaching.exit_score too).",
    )
    yield finding("always_helped", card_path(book, kind), "warning", words, hint)


def _processes(book: RuleBook, kind: str) -> dict[str, tuple[Fraction, Fraction | None]]:
    """Return the weight of each process on a card, and the most that a KPI of it may score; None where nothing tells."""
    found: dict[str, tuple[Fraction, Fraction | None]] = {}
    for code, weight in book.weights_of(kind).items():
        kpi = book.kpis[code]
        top = most_scored(kpi)
        before, best = found.get(kpi.process, (Fraction(0), top))
        found[kpi.process] = before + weight, None if best is None or top is None else max(best, top)
    return found
