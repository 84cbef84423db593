"""Tie-breaks, seasons and classes of a rule book in plain words, in both languages."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.language import Text
from core.points import exact, said_text
from scoring.book_result_checks import SEASON
from scoring.book_results import ClassRule, ClassStep, Season, SeasonBreaker, SeasonPart
from scoring.book_terms import Bar, Breaker
from scoring.method_words import listed
from scoring.rulebook import RuleBook

MOST_ITEMS = 3
TIES = {
    "competition": Text(zh="并列后跳号（1-2-2-4）", en="ties share a place, the next is skipped (1-2-2-4)"),
    "dense": Text(zh="并列不跳号（1-2-2-3）", en="ties share a place, none is skipped (1-2-2-3)"),
    "modified": Text(zh="并列取后一名次（1-3-3-4）", en="ties share the lower place (1-3-3-4)"),
    "ordinal": Text(zh="名次不并列（1-2-3-4）", en="no shared places (1-2-3-4)"),
}
BREAKERS = {
    "theme": Text(zh="主题得分", en="theme score"),
    "red_lines": Text(zh="红线事件少", en="fewer red lines"),
    "improvement": Text(zh="进步大", en="larger improvement"),
    "sample": Text(zh="样本多", en="larger sample"),
    "coverage": Text(zh="覆盖率高", en="higher coverage"),
}
QUANTITIES = {
    "best_round": Text(zh="单轮最好成绩", en="the best round"),
    "worst_round": Text(zh="单轮最差成绩", en="the worst round"),
    "last_round": Text(zh="最近一轮成绩", en="the latest round"),
    "rounds": Text(zh="参加的轮次", en="how many rounds were run"),
    "mean": Text(zh="各轮平均", en="the mean of the rounds"),
    "sum": Text(zh="各轮之和", en="the sum of the rounds"),
}

ROUND_BY_ROUND = {
    "best": Text(zh="最好的一轮，再次好的一轮，依此类推", en="the best round, then the next best, and so on"),
    "latest": Text(zh="最近的一轮，再前一轮，依此类推", en="the latest round, then the one before, and so on"),
}


def quantity_name(book: RuleBook, kind: str, name: str) -> Text:
    """Return what a quantity is called: the total, a node, a process, a KPI, a season."""
    if name == "total":
        return Text(zh="总分", en="total")
    tree = book.trees.get(kind)
    if tree and name in tree.nodes:
        return tree.nodes[name].title
    if name in book.processes:
        return book.processes[name].name
    if name.startswith(SEASON):
        return book.seasons[name.removeprefix(SEASON)].name
    return book.kpis[name.removeprefix("kpi:")].name


def breaker_words(book: RuleBook, kind: str, breaker: Breaker) -> Text:
    """Return one link of the tie-break chain of a board."""
    if breaker.field in BREAKERS:
        return BREAKERS[breaker.field]
    if breaker.field == "countback" and breaker.items_of:
        return _counted(book, breaker.items_of, breaker.items)
    named = breaker.node or breaker.process or f"kpi:{breaker.kpi}"
    return _directed(quantity_name(book, kind, named), breaker.order)


def _directed(name: Text, order: str) -> Text:
    high = order == "desc"
    return Text(zh=f"“{name.zh}”{'高' if high else '低'}", en=f"{'higher' if high else 'lower'} “{name.en}”")


def _counted(book: RuleBook, kpi: str, items: Sequence[str]) -> Text:
    """Return a countback over items, the first few of them named."""
    known = book.kpis[kpi]
    names = [known.items[item].name if item in known.items else Text(zh=item, en=item) for item in items]
    more = len(names) > MOST_ITEMS
    zh = "、".join(name.zh for name in names[:MOST_ITEMS]) + ("……" if more else "")
    en = ", then of ".join(name.en for name in names[:MOST_ITEMS]) + (", and so on" if more else "")
    return Text(zh=f"“{known.name.zh}”中{zh}的次数", en=f"more of {en}, in “{known.name.en}”")


def season_words(book: RuleBook, season: Season) -> Text:
    """Return how the season of a kind is made and ordered, in one sentence."""
    said = [*_made(book, season), *_missed(season), *_ordered(book, season)]
    return Text(zh="；".join(one.zh for one in said) + "。", en=_sentence("; ".join(one.en for one in said)) + ".")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _made(book: RuleBook, season: Season) -> Iterator[Text]:
    of = quantity_name(book, season.kind, season.of)
    if season.op == "mean":
        yield Text(zh=f"各轮“{of.zh}”的平均", en=f"the mean of “{of.en}” over the rounds")
    else:
        yield Text(zh=f"各轮“{of.zh}”之和", en=f"the sum of “{of.en}” over the rounds")
    for part in season.parts:
        kept, where, heavy = _kept(part.n, part.drop), _where(part), _weighing(part, mean=season.op == "mean")
        yield Text(zh=f"{where.zh}{kept.zh}{heavy.zh}", en=f"of {where.en} {kept.en}{heavy.en}")
    if season.n is not None or season.drop:
        yield _kept(season.n, season.drop)
    yield from _growing(season)
    for name, weight in season.weights.items():
        times = said_text(weight)
        yield Text(zh=f"第{name}轮按{times}倍计", en=f"round {name} counts {times} times")


def _weighing(part: SeasonPart, *, mean: bool) -> Text:
    """Return what a part weighs, nothing where it is as heavy as its rounds."""
    if part.weight is None:
        return Text(zh="", en="")
    weight = said_text(part.weight)
    if mean:
        return Text(zh=f"，其平均按权重{weight}计", en=f", their mean weighs {weight}")
    return Text(zh=f"，按{weight}倍计", en=f", {weight} times")


def _growing(season: Season) -> Iterator[Text]:
    """Yield from how many rounds on how many count or are dropped."""
    for best, steps in ((True, season.n_from), (False, season.drop_from)):
        for count, number in sorted((int(name), number) for name, number in steps.items()):
            kept = _kept(number, 0) if best else _kept(None, number)
            yield Text(zh=f"满{count}轮起{kept.zh}", en=f"from {count} rounds on {kept.en}")


def _kept(best: int | None, drop: int) -> Text:
    """Return how many rounds of some count."""
    said = []
    if best is not None:
        said.append(Text(zh=f"取最好的{best}轮", en=f"the best {best} count" if best > 1 else "the best one counts"))
    if drop:
        said.append(
            Text(
                zh=f"去掉最差的{drop}轮", en=f"the worst {drop} are dropped" if drop > 1 else "the worst one is dropped"
            )
        )
    return listed(said or [Text(zh="全部计入", en="all count")])


def _where(part: SeasonPart) -> Text:
    if part.rounds:
        names = listed([Text(zh=name, en=name) for name in part.rounds])
        return Text(zh=f"第{names.zh}轮", en=f"the round{'s'[: len(part.rounds) - 1]} {names.en}")
    first, last = part.first, part.last
    if first is None or last is None:
        zh = f"第{first}轮起" if first else f"到第{last}轮为止" if last else "全部轮次"
        en = f"the rounds from {first} on" if first else f"the rounds up to {last}" if last else "all rounds"
        return Text(zh=zh, en=en)
    return Text(zh=f"第{first}至{last}轮", en=f"the rounds {first} to {last}")


def _missed(season: Season) -> Iterator[Text]:
    if season.window is not None:
        yield Text(zh=f"只看最近{season.window}轮", en=f"only the latest {season.window} rounds are looked at")
    if season.missing != "leave_out":
        worth = said_text(season.missing_value or Decimal(0))
        yield Text(zh=f"没有成绩的轮次按{worth}计", en=f"a round without a result counts as {worth}")
    else:
        yield Text(zh="没有成绩的轮次不计", en="a round without a result is left out")
    if season.min_rounds > 1:
        yield Text(zh=f"至少{season.min_rounds}轮有成绩", en=f"at least {season.min_rounds} rounds must have a result")
    if season.min_divisor:
        least = said_text(season.min_divisor)
        yield Text(zh=f"除数至少为{least}", en=f"the divisor is at least {least}")
    if season.min_share:
        share = _per_cent(season.min_share)
        yield Text(zh=f"至少{share}%的轮次有成绩", en=f"at least {share} % of the rounds must have a result")


def _ordered(book: RuleBook, season: Season) -> Iterator[Text]:
    if season.order == "asc":
        yield Text(zh="数值低的在前", en="the lowest stands first")
    yield TIES[season.ties]
    if season.breakers:
        chain = listed([_season_breaker(book, season, breaker) for breaker in season.breakers])
        yield Text(zh=f"相同时依次比较{chain.zh}", en=f"equal results are compared by {chain.en}")


def _season_breaker(book: RuleBook, season: Season, breaker: SeasonBreaker) -> Text:
    kept = Text(zh="（只看计入的轮次）", en=" (of the rounds that count)") if breaker.kept else Text(zh="", en="")
    link = _link(book, season, breaker)
    return Text(zh=f"{link.zh}{kept.zh}", en=f"{link.en}{kept.en}")


def _link(book: RuleBook, season: Season, breaker: SeasonBreaker) -> Text:
    if breaker.countback == "place":
        first = breaker.first
        zh = f"各轮第{first}名的次数，再第{first + 1}名，依此类推"
        return Text(zh=zh, en=f"more places {first} in the rounds, then places {first + 1}, and so on")
    if breaker.countback in ROUND_BY_ROUND:
        return ROUND_BY_ROUND[breaker.countback]
    if breaker.countback is not None:
        return _counted(book, breaker.countback.removeprefix("kpi:"), breaker.items)
    if breaker.field is not None:
        return _directed(quantity_name(book, season.kind, breaker.field), breaker.order)
    return QUANTITIES[breaker.quantity or "sum"]


def class_words(book: RuleBook, rule: ClassRule) -> Text:
    """Return how the units of a kind are sorted into classes."""
    kind, of = book.kinds[rule.kind].name, quantity_name(book, rule.kind, rule.of)
    steps = [_step(step, rule.order) for step in rule.steps]
    zh = "；".join(f"{step_name(one).zh}：{said.zh}" for one, said in zip(rule.steps, steps, strict=True))
    en = "; ".join(f"{step_name(one).en}: {said.en}" for one, said in zip(rule.steps, steps, strict=True))
    among = (
        Text(zh="同类组内", en="within the peer group")
        if rule.scope == "group"
        else Text(zh="全部单位中", en="among all")
    )
    return Text(
        zh=f"{rule.name.zh}（{kind.zh}，按“{of.zh}”，{among.zh}）：{zh}。",
        en=f"{rule.name.en} ({kind.en}, by “{of.en}”, {among.en}): {en}.",
    )


def step_name(step: ClassStep) -> Text:
    """Return what a class is called, its code where it has no name."""
    return step.name or Text(zh=step.code, en=step.code)


def _step(step: ClassStep, order: str) -> Text:
    said = []
    ends = [("最低", "the lowest"), ("最高", "the highest")]
    for share, (zh, en) in zip((step.worst, step.best), ends if order == "desc" else ends[::-1], strict=True):
        if share is not None:
            cut = _cut(step)
            said.append(Text(zh=f"{zh}的{_per_cent(share)}%{cut.zh}", en=f"{en} {_per_cent(share)} %{cut.en}"))
    places = [("后", "the last"), ("前", "the first")]
    for number, (zh, en) in zip((step.last, step.first), places, strict=True):
        if number is not None:
            said.append(Text(zh=f"{zh}{number}名（并列都算）", en=f"{en} {number}, those level with them included"))
    bounds = (("≥", step.at_least), (">", step.above), ("≤", step.at_most), ("<", step.below))
    for sign, bound in bounds:
        if bound is not None:
            said.append(Text(zh=f"{sign} {said_text(bound)}", en=f"{sign} {said_text(bound)}"))
    return listed(said or [Text(zh="其余", en="all others")])


HEADS = {
    "floor": Text(zh="（人数取整，舍去小数", en=" (of the number of units, rounded down"),
    "nearest": Text(zh="（人数四舍五入", en=" (of the number of units, rounded to the nearest"),
    "ceil": Text(zh="（人数取整，有小数即进一", en=" (of the number of units, rounded up"),
}


def _cut(step: ClassStep) -> Text:
    """Return where a share ends: at a quantile, on it or not, or at a number of units."""
    if step.heads is None:
        return Text(zh="（不含分界）" if step.strict else "", en=", beyond the cut only" if step.strict else "")
    heads = HEADS[step.heads]
    zh, en = (
        ("并列超出则都不算", "none of equal ones that are too many")
        if step.strict
        else ("并列都算", "all equal ones in")
    )
    return Text(zh=f"{heads.zh}，{zh}）", en=f"{heads.en}, {en})")


def _per_cent(share: Decimal) -> str:
    return said_text(exact(share) * 100)


def class_bar(book: RuleBook, bar: Bar) -> Text:
    """Return an award's condition on a class."""
    rule = book.classes[bar.class_code or ""]
    step = next((step_name(step) for step in rule.steps if step.code == bar.step), rule.name)
    if bar.code == "class":
        return Text(zh=f"“{rule.name.zh}”属于{step.zh}", en=f"“{rule.name.en}”: {step.en}")
    return Text(zh=f"“{rule.name.zh}”不属于{step.zh}", en=f"“{rule.name.en}”: not {step.en}")
