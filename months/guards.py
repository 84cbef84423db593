"""Why a month cannot be closed, published or changed now: every reason, not only the first one."""

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from core.errors import Place, Problem, Refused, problem
from core.language import Text
from core.period import month_at, month_name
from months.lifecycle import NAMES, STEPS, State, Step, allows


class Missing(msgspec.Struct, frozen=True):
    """A source of facts that has not delivered all it should have for the month."""

    source: str
    name: Text
    kpis: tuple[str, ...]


class Few(msgspec.Struct, frozen=True):
    """A kind of which too few units can be ranked."""

    kind: str
    name: Text
    ranked: int
    units: int


class Readiness(msgspec.Struct, frozen=True):
    """What the guards of closing look at; `pending` counts outbox notes of the month still to be worked off.

    `appeals` and `changes` count what waits for its decision, `branches` are those not closed where branches close one by
    one, `earlier` the months before that are not published, `soft` the reasons of those who watch the data.
    """

    month: int
    state: State
    at: datetime
    cut_off_at: datetime
    missing: tuple[Missing, ...] = ()
    few: tuple[Few, ...] = ()
    pending: int = 0
    ranked: int = 0
    appeals: int = 0
    changes: int = 0
    branches: tuple[Text, ...] = ()
    earlier: tuple[int, ...] = ()
    soft: tuple[Problem, ...] = ()


class Party(msgspec.Struct, frozen=True):
    """A person at the closing: account, own person unit, and the units that this person stands for."""

    account_id: int
    name: Text
    unit_id: int | None = None
    own_units: frozenset[int] = frozenset()
    auditor: bool = False


class Near(msgspec.Struct, frozen=True):
    """A unit within two places of an award."""

    unit_id: int
    name: Text
    award: Text
    distance: int


def step_problem(current: State, step: Step) -> Problem | None:
    """Return why a step does not fit the state, None when it does."""
    if allows(current, step):
        return None
    zh, en = "这个服务月现在是“{state}”，不能{step}。", "The month is “{state}” and cannot be {step} now."
    sentence = Text(zh=zh, en=en).format(state=NAMES[current], step=STEPS[step])
    return Problem(code="month_state", sentence=sentence, place=Place(path=current.value))


def closing_problems(readiness: Readiness) -> tuple[Problem, ...]:
    """Return every reason against closing: errors can never be waived, warnings in writing by the proposer."""
    found = (_period(readiness), work_waiting(readiness.pending), _ranking(readiness), _cut_off(readiness))
    soft = (*(_source(gap) for gap in readiness.missing), *(_few(gap) for gap in readiness.few), *readiness.soft)
    waiting = decisions_waiting(appeals=readiness.appeals, changes=readiness.changes)
    unfinished = (*map(_branch, readiness.branches), *map(_earlier, readiness.earlier))
    return (*(problem for problem in found if problem), *waiting, *unfinished, *soft)


def blocking(problems: Iterable[Problem], waived: Collection[str]) -> tuple[Problem, ...]:
    """Return the reasons that remain when the waived ones are taken away; an error remains in any case."""
    return tuple(problem for problem in problems if problem.grade == "error" or key(problem) not in waived)


def key(problem: Problem) -> str:
    """Return the name by which a reason is waived, for example `source_missing:survey`."""
    path = problem.place.path if problem.place else None
    return f"{problem.code}:{path}" if path else problem.code


def waiver_problems(problems: Iterable[Problem], waived: Collection[str], why: str | None) -> tuple[Problem, ...]:
    """Return what is wrong with a waiver: no written reason, or a reason waived that does not exist or cannot be."""
    soft = {key(problem) for problem in problems if problem.grade == "warning"}
    strangers = sorted(set(waived) - soft)
    found = [_stranger(name) for name in strangers]
    if waived and not (why or "").strip():
        found.append(_said("waiver_without_reason", "放行未满足的条件要写明理由。", "A waiver needs a written reason."))
    return tuple(found)


def same_person(proposer: Party, approver: Party) -> Problem | None:
    """Return the refusal when proposer and approver are one person, by account or by person unit."""
    same_unit = proposer.unit_id is not None and proposer.unit_id == approver.unit_id
    if proposer.account_id != approver.account_id and not same_unit:
        return None
    zh, en = (
        "关账要由两个不同的人完成，{name}已经提请。",
        "Closing takes two different people, and {name} has proposed it.",
    )
    return Problem(code="same_person", sentence=Text(zh=zh, en=en).format(name=proposer.name))


def own_branch(unit_id: int, judge: Party) -> Problem | None:
    """Return the refusal when somebody decides about a branch of their own; an auditor may."""
    if unit_id not in judge.own_units or judge.auditor:
        return None
    zh, en = "{name}属于这个分公司，须由别人决定。", "{name} belongs to this branch; somebody else has to decide."
    return Problem(code="own_unit", sentence=Text(zh=zh, en=en).format(name=judge.name))


def own_award(approver: Party, near: Iterable[Near]) -> Problem | None:
    """Return the refusal when an own unit stands within two places of an award and the approver is no auditor."""
    own = next((place for place in near if place.unit_id in approver.own_units), None)
    if own is None or approver.auditor:
        return None
    zh = "{unit}离“{award}”只差两名以内，{name}不能批准，须由审计员签字关账。"
    en = "{unit} stands within two places of “{award}”, so {name} cannot approve; an auditor has to sign the closing."
    sentence = Text(zh=zh, en=en).format(unit=own.name, award=own.award, name=approver.name)
    return Problem(code="own_unit_near_award", sentence=sentence)


def work_waiting(notes: int) -> Problem | None:
    """Return the refusal while outbox notes of the month are to be worked off, None when there are none."""
    if not notes:
        return None
    zh, en = "还有{n}项计分任务没有做完，请稍候。", "{n} scoring tasks are still to be done; please wait a moment."
    return Problem(code="work_waiting", sentence=Text(zh=zh, en=en).format(n=notes))


def decisions_waiting(*, appeals: int = 0, changes: int = 0) -> tuple[Problem, ...]:
    """Return the refusals while appeals or change sets of the month wait for their decision."""
    found = []
    if appeals:
        zh, en = "还有{n}件申诉没有裁定。", "Appeals not decided yet: {n}."
        found.append(Problem(code="appeals_open", sentence=Text(zh=zh, en=en).format(n=appeals)))
    if changes:
        zh, en = "还有{n}个变更集没有决定。", "Change sets not decided yet: {n}."
        found.append(Problem(code="changes_open", sentence=Text(zh=zh, en=en).format(n=changes)))
    return tuple(found)


def objections_waiting(number: int) -> tuple[Problem, ...]:
    """Return what holds back the rewards of a published month while objections wait for their decision."""
    if not number:
        return ()
    zh, en = (
        "还有{n}项异议没有裁定，本月不能兑现。",
        "Objections not decided yet: {n}; the month is not settled before.",
    )
    return (Problem(code="objections_open", sentence=Text(zh=zh, en=en).format(n=number)),)


def talk_missing(unit: Text) -> Problem:
    """Return the refusal while the talk with a unit that is to be helped on site is not recorded."""
    zh, en = "“{unit}”的驻点帮扶谈话还没有记录。", "The talk about on-site help for “{unit}” is not recorded."
    return Problem(code="talk_missing", sentence=Text(zh=zh, en=en).format(unit=unit), place=Place(path="coaching"))


def no_proposal() -> Problem:
    """Return the refusal of an approval without an open proposal."""
    return _said("no_proposal", "还没有人提请关账。", "Nobody has proposed to close this month.")


def already_proposed(name: Text) -> Problem:
    """Return the refusal of a second proposal beside an open one."""
    sentence = Text(zh="{name}已经提请关账。", en="{name} has proposed the closing already.").format(name=name)
    return Problem(code="already_proposed", sentence=sentence)


def _period(readiness: Readiness) -> Problem | None:
    if readiness.state in (State.RUNNING, State.FROZEN):
        zh = "这个月还没有结束；提前关账后，其余日子的数据要等待重述。"
        en = "The month is not over yet; closed early, the data of its other days wait for a restatement."
        return _said("period_not_over", zh, en, "warning")
    return step_problem(readiness.state, Step.PROPOSE)


def _ranking(readiness: Readiness) -> Problem | None:
    return None if readiness.ranked else _said("nobody_ranked", "没有任何单位有名次。", "No unit is ranked.")


def _cut_off(readiness: Readiness) -> Problem | None:
    if readiness.state is not State.VERIFYING or readiness.at >= readiness.cut_off_at:
        return None
    return _said(
        "cut_off_ahead", "迟到数据的截止时间还没有到。", "Late data are still accepted until the cut-off.", "warning"
    )


def _branch(name: Text) -> Problem:
    zh, en = "“{name}”还没有先行关账。", "“{name}” is not closed yet, while other branches are."
    sentence = Text(zh=zh, en=en).format(name=name)
    return Problem(code="branch_open", sentence=sentence, place=Place(path=name.en), grade="warning")


def _earlier(month: int) -> Problem:
    zh = "{month}还没有公布；本月的滚动样本、进步和赛季只能以它冻结时的结果为准。"
    en = "{month} is not published yet: windows, progress and season of this month rest on its board as of the freeze."
    return Problem(
        code="earlier_unpublished",
        sentence=Text(zh=zh, en=en).format(month=month_name(month)),
        place=Place(path=str(month)),
        grade="warning",
    )


def _source(gap: Missing) -> Problem:
    zh = "数据来源“{name}”还没有交齐，缺{n}个指标：{kpis}。"
    en = "The source “{name}” has not delivered everything; {n} KPIs are missing: {kpis}."
    sentence = Text(zh=zh, en=en).format(name=gap.name, n=len(gap.kpis), kpis=", ".join(gap.kpis))
    return Problem(code="source_missing", sentence=sentence, place=Place(path=gap.source), grade="warning")


def _few(gap: Few) -> Problem:
    zh = "“{name}”只有{ranked}/{units}家有名次，其余数据不足。"
    en = "Only {ranked} of {units} units of the kind “{name}” are ranked; the others lack data."
    sentence = Text(zh=zh, en=en).format(name=gap.name, ranked=gap.ranked, units=gap.units)
    return Problem(code="few_ranked", sentence=sentence, place=Place(path=gap.kind), grade="warning")


def _stranger(name: str) -> Problem:
    zh, en = "“{name}”不是可以放行的条件。", "“{name}” is not a condition that can be waived."
    return Problem(code="not_waivable", sentence=Text(zh=zh, en=en).format(name=name), place=Place(path=name))


def _said(code: str, zh: str, en: str, grade: str = "error") -> Problem:
    return Problem(code=code, sentence=Text(zh=zh, en=en), grade="warning" if grade == "warning" else "error")


def require_begun(month: int, at: datetime) -> None:
    """Refuse entries beside the cards of a month that has not begun: by them it would get a board, as the latest of all."""
    if month > month_at(at):
        raise Refused(problem("not_begun", "这个月还没有开始。", "This month has not begun."))
