"""What the pages of a plan share: where it stands, the checks beside it, its fields."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

import org.queries
from core import period
from core.errors import Problem
from core.language import Text, current
from core.points import plain_text
from core.workdays import working_days
from months.dates import dates
from months.lifecycle import State
from months.planning.budget import prizes
from months.planning.checks import Surroundings
from months.planning.plan import Plan, PlannedActivity, PlannedAward, agreed
from months.planning.sanity import sanity_problems
from months.planning.words import plan_words
from months.queries import calendar, plans
from months.queries.calendar import MonthRow
from months.queries.plans import Base, PlanRow
from scoring.rulebook import Award, RuleBook
from web import show
from web.pages.months.parts import told
from web.pages.plans.form import CHECKERS, MOST_ACTIVITIES, local
from web.sentences.plans import WORDS, words
from web.sentences.teller import teller
from web.views.plans import ActivityForm, AwardForm, CheckRow, ChecksView, KpiBox, VersionRow
from web.views.shell import Choice

say = teller(WORDS)
TONES = {"error": "bad", "warning": "warn", "note": ""}
SPARE_CUT_OFFS = 2


class Opened(Struct, frozen=True, kw_only=True):
    """A month's plan as it is being looked at, with all that it is checked against."""

    month: int
    row: MonthRow | None
    found: PlanRow | None
    held: PlanRow | None
    plan: Plan
    base: Base
    around: Surroundings
    proposed_by: int = 0
    """The account that has put the plan before a second person; 0 for none."""
    proposed: str = ""

    @property
    def state(self) -> State:
        """Return where the month stands; one that nobody planned is a draft."""
        return self.row.state if self.row else State.DRAFT

    @property
    def revision(self) -> int:
        """Return the revision of the draft, 0 when there is none."""
        return self.found.revision if self.found and self.found.holds_since is None else 0


async def opened(month: int) -> Opened:
    """Return a month's newest plan, or the one that its theme would bring."""
    rows = {one.month: one for one in await calendar.months()}
    base, found, row = await plans.base_of(month), await plans.newest(month), rows.get(month)
    around = await plans.surroundings(month, base.book)
    theme = row.theme if row and row.theme in base.book.themes else usual_theme(base.book, month)
    by, when = _proposal(row, found)
    proposer = await org.queries.account_by_id(by) if by else None
    name = str(proposer.name) if proposer else "–"
    return Opened(
        proposed_by=by,
        proposed=say("proposed_by", name=name, when=show.moment(when, current())) if when else "",
        month=month,
        row=row,
        found=found,
        held=await plans.plan_that_holds(month),
        plan=found.plan if found else plans.usual(around, theme),
        base=base,
        around=around,
    )


def _proposal(row: MonthRow | None, found: PlanRow | None) -> tuple[int, datetime | None]:
    """Return who has put a plan before a second person, and when; 0 when nobody has."""
    if row is not None and row.state is State.DRAFT and row.proposed_announcement_at is not None:
        return row.proposed_announcement_by or 0, row.proposed_announcement_at
    if found is not None and found.holds_since is None and found.proposed_at is not None:
        return found.proposed_by or 0, found.proposed_at
    return 0, None


def usual_theme(book: RuleBook, month: int) -> str:
    """Return the theme of a calendar month, else the first of the rules."""
    named = book.months.get(month % 100)
    by_month = (code for code, one in book.themes.items() if one.month == month % 100)
    return named or next(by_month, next(iter(book.themes)))


def checks_view(plan: Plan, at: Opened, problems: Sequence[Problem]) -> ChecksView:
    """Return what stands beside the form."""
    errors = sum(one.grade == "error" for one in problems)
    sound = plan if not sanity_problems(plan) else at.plan
    budget = "–" if plan.budget is None else show.number(plan.budget, 0, current())
    needed = show.number(prizes(sound, at.base.book, at.around.populations), 0, current())
    held = dates(at.month, agreed(sound), working_days())
    return ChecksView(
        rows=tuple(_row(one) for one in problems),
        tally=_tally(plan, at, errors, len(problems)),
        tone="bad" if errors else "warn" if problems else "good",
        budget=say("needed", needed=needed, budget=budget),
        sections=told(plan_words(sound, at.base.book, held, at.around.names)),
        words=words(),
    )


def _tally(plan: Plan, at: Opened, errors: int, problems: int) -> str:
    """Return in a sentence how far the plan may go."""
    if errors:
        return say("checks_bad", n=errors)
    if at.proposed_by:
        return say("checks_waits")
    if at.held is not None and plan == at.held.plan:
        return say("checks_same")
    if problems:
        return say("checks_soft", n=problems)
    return say("checks_change" if at.held is not None else "checks_good")


def _row(one: Problem) -> CheckRow:
    path = one.place.path or "" if one.place else ""
    return CheckRow(show.full_width(one.sentence.read(current())), TONES[one.grade], path.split(".", maxsplit=1)[0])


def kind_choices(book: RuleBook, codes: Sequence[str], chosen: Sequence[str]) -> tuple[Choice, ...]:
    """Return kinds of unit as boxes to tick."""
    return tuple(Choice(code, book.kinds[code].name.read(current()), code in chosen) for code in codes)


def doubled_boxes(book: RuleBook, plan: Plan) -> tuple[tuple[str, tuple[KpiBox, ...]], ...]:
    """Return the KPIs that stand on some card, by process."""
    on_cards = {code for kind in book.cards() for code in book.card_kpis(kind)} | set(plan.doubled)
    groups: list[tuple[str, tuple[KpiBox, ...]]] = []
    for code, process in book.processes.items():
        boxes = tuple(
            KpiBox(kpi.code, kpi.name.read(current()), kpi.code in plan.doubled)
            for kpi in book.kpis.values()
            if kpi.process == code and kpi.code in on_cards
        )
        if boxes:
            groups.append((process.name.read(current()), boxes))
    return tuple(groups)


def activity_forms(book: RuleBook, plan: Plan, competing: Sequence[str]) -> tuple[ActivityForm, ...]:
    """Return the fields of every activity and of one more."""
    shown: list[PlannedActivity | None] = [*plan.activities[:MOST_ACTIVITIES]]
    if len(shown) < MOST_ACTIVITIES:
        shown.append(None)
    return tuple(_activity(number, one, book, competing) for number, one in enumerate(shown))


def _activity(number: int, one: PlannedActivity | None, book: RuleBook, competing: Sequence[str]) -> ActivityForm:
    checkers = tuple(Choice(code, say(f"checker_{code}"), one is not None and one.checker == code) for code in CHECKERS)
    if one is None:
        return ActivityForm(
            number=number, kinds=kind_choices(book, competing, ()), checkers=checkers, title=say("new_activity")
        )
    return ActivityForm(
        number=number,
        code=one.code,
        name_zh=one.name.zh,
        name_en=one.name.en,
        kinds=kind_choices(book, competing, one.kinds),
        points=plain_text(one.points),
        cap="" if one.cap is None else plain_text(one.cap),
        evidence=one.evidence,
        checkers=checkers,
        open=True,
        title=one.name.read(current()) or say("activity", n=number + 1),
    )


def award_forms(book: RuleBook, plan: Plan) -> tuple[AwardForm, ...]:
    """Return the fields of every award of the rules."""
    given = {one.code: one for one in plan.awards}
    return tuple(_award(terms, given.get(code), book) for code, terms in book.awards.items())


def _award(terms: Award, one: PlannedAward | None, book: RuleBook) -> AwardForm:
    names = {group.code: group.name for kind in terms.kinds for group in book.kinds[kind].groups}
    shown = one or PlannedAward(
        code=terms.code, count=terms.count, share=terms.share, points=terms.points, prize=terms.prize
    )
    others = Text(zh=WORDS["others"].zh, en=WORDS["others"].en)
    alone = len(terms.count) == 1 and not names
    return AwardForm(
        code=terms.code,
        name=terms.name.read(current()),
        given=one is not None,
        groups=tuple(
            (group, "" if alone else names.get(group, others).read(current()), str(shown.count.get(group, count)))
            for group, count in terms.count.items()
        ),
        share=None if shown.share is None else plain_text(shown.share * 100),
        points=str(shown.points),
        prize_zh=shown.prize.zh,
        prize_en=shown.prize.en,
    )


def cut_offs(book: RuleBook, plan: Plan) -> tuple[tuple[int, tuple[Choice, ...], str], ...]:
    """Return the fields of the cut-offs of single KPIs, and two more."""
    rows = [*sorted(plan.kpi_cut_offs.items()), *[("", None)] * SPARE_CUT_OFFS]
    names = [("", say("none")), *((code, f"{code} {kpi.name.read(current())}") for code, kpi in book.kpis.items())]
    return tuple(
        (number, tuple(Choice(value, name, value == code) for value, name in names), local(at))
        for number, (code, at) in enumerate(rows)
    )


def version_rows(rows: Sequence[PlanRow]) -> tuple[VersionRow, ...]:
    """Return the versions of a plan that hold or held, the newest first, with their notices."""
    reader = current()
    return tuple(
        VersionRow(
            say("version", n=one.version),
            say("holds_since", when=show.moment(one.holds_since, reader), proposer=one.proposer or "–", approver=one.approver or "–"),
            (one.notice_zh if reader == "zh" else one.notice_en) or "",
        )
        for one in rows
        if one.holds_since is not None
    )  # fmt: skip


def sources(month: int, planned: Sequence[int]) -> tuple[Choice, ...]:
    """Return the months that could be copied: last month and the same one a year before first."""
    first = [period.shifted(month, -1), period.shifted(month, -period.MONTHS_A_YEAR)]
    rest = sorted((one for one in planned if one not in first and one != month), reverse=True)
    ordered = [*(one for one in first if one in planned), *rest]
    return tuple(Choice(str(one), show.month(one, current())) for one in ordered)
