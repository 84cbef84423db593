"""Brings the invented company into the database: first what the first page needs, then the months before it.

Every step looks at what is there and is one transaction, so that a load that was killed goes on where it stopped.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cached_property

import msgspec

from core import outbox
from core.audit import Actor
from core.database import transaction
from core.errors import Refused
from core.language import Text
from core.period import shifted
from leaderboards import operations as boards
from months.operations import announcing, changes, closing, planning, simulating
from months.queries import calendar as month_queries
from scoring.operations import columns as intake
from scoring.operations import fold
from scoring.queries import rules
from scoring.queries.rules import Rules
from scoring.rulebook import RuleBook
from seeds import (
    answers,
    appeals,
    causes,
    change_sets,
    company_in,
    contests,
    drafts,
    events,
    facts,
    life,
    plans,
    progress,
    today,
    watch,
)
from seeds import calendar as days
from seeds.calendar import Calendar, calendar
from seeds.columns import stored
from seeds.counts import DEMO_SIZE, counts_for
from seeds.facts import Facts
from seeds.flows import story
from seeds.organisation import MONTHS, company
from seeds.units import Company

VIA = "seed"
LEASE = timedelta(seconds=60)
PAUSE = 0.1
"""Seconds between two looks at what a worker is still doing."""
TRIES = 5
"""How often a month is closed anew when a worker comes in between."""
Say = Callable[[int, int, Text], None]
"""Told how many steps of how many are done, and what comes next."""


def silent(_done: int, _of: int, _next: Text) -> None:
    """Say nothing."""


class Loading(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What to load: seed number, about how many units, the day from which the months are counted, passwords of the cast."""

    seed: int = 1
    size: int = DEMO_SIZE
    today: date
    months: int = MONTHS
    passwords: Mapping[str, str] = msgspec.field(default_factory=dict)
    say: Say = silent

    @cached_property
    def calendar(self) -> Calendar:
        """Return the months of the company."""
        return calendar(self.today, self.months)

    @cached_property
    def company(self) -> Company:
        """Return the company as plain rows."""
        return company(
            seed=self.seed, counts=counts_for(self.size), first_on=self.calendar.first_on, months=self.months
        )

    @property
    def steps(self) -> int:
        """Return how many steps a whole load has."""
        return self.months + 3


async def load(loading: Loading) -> None:
    """Bring in everything: the running month first, then the closed ones."""
    await load_first_month(loading)
    await load_rest(loading)


async def load_first_month(loading: Loading) -> None:
    """Bring in the company, its people and rules, and the month that runs; enough for the first page."""
    loading.say(0, loading.steps, Text(zh="机构与人员", en="units and people"))
    since = days.before(shifted(loading.calendar.months[0], -days.LEAD_IN), days.PLANNED_BEFORE)
    await company_in.ensure(loading.company, loading.calendar.running, loading.passwords, since)
    loading.say(1, loading.steps, _named(loading.calendar.running))
    await _bring_month(loading, loading.calendar.running)


async def load_rest(loading: Loading) -> None:
    """Bring in the months before, in order, each closed and published; then score the running month against them."""
    loading.say(2, loading.steps, Text(zh="此前的暗访", en="earlier visits"))
    await _bring_lead_in(loading)
    *closed, running = loading.calendar.months
    for number, month in enumerate(closed):
        loading.say(3 + number, loading.steps, _named(month))
        await _bring_month(loading, month)
        await _settle(month)
        await _close(month)
        if month == closed[-1]:
            # Before the last publication, by which a later start knows that nothing is left to do.
            await answers.answer(loading.company, month, days.after(month, days.ANSWERED_AFTER))
            await progress.go_on(loading.seed, loading.today, await company_in.actor("organiser"))
            await boards.refresh(running)
            await drafts.ensure(running, await company_in.actor("hr"))
            await contests.add(loading.company, running)
            await plans.add(running, loading.today)
            await watch.add(running)
            await _settle(running)
            await change_sets.add(loading.company, running, loading.today)
            await appeals.add(running)
            await _settle(running)
        await life.publish(month)
    await _settle(running)
    await boards.range_places(running)
    loading.say(loading.steps, loading.steps, Text(zh="完成", en="done"))


def _named(month: int) -> Text:
    return Text(zh=f"{month // 100}年{month % 100}月", en=f"{month // 100}-{month % 100:02d}")


async def _bring_month(loading: Loading, month: int) -> None:
    """Plan and announce a month, take its facts in, score it: all in one transaction, so that it is there or is not."""
    known = {row.month: row for row in await month_queries.months()}.get(month)
    if known is not None and known.announced_at is not None:
        return
    organiser = await company_in.actor("organiser")
    found = await rules.rules_of(month)
    about = loading.calendar.month(month, _lifted(found))
    running = month == loading.calendar.running
    made = facts.facts(loading.company, about, story(), running=running)
    async with transaction():
        if known is None:
            await planning.plan_month(
                month=month, theme=found.theme or "", rule_book_id=found.rule_book_id, actor=organiser,
                at=days.before(month, days.PLANNED_BEFORE),
            )  # fmt: skip
            await life.agree_dates(
                month, found.theme or "", running=running, last=loading.calendar.months[-2:-1] == (month,),
                today=loading.today, actor=organiser,
            )  # fmt: skip
        await _announce(month, organiser, proposed=known is not None and known.proposed_announcement_at is not None)
        for part in made:
            await _take_in(loading, part, str(month), organiser, found.book)
        await events.record(loading.company, story(), about, await company_in.numbers(loading.calendar.running))
        await fold.fold_month(month=month)
        await boards.recompute(month)


async def _announce(month: int, organiser: Actor, *, proposed: bool) -> None:
    """Announce a month by two people, shortly before it begins; one that is proposed already needs the second only."""
    at = days.before(month, days.ANNOUNCED_BEFORE)
    if not proposed:
        await announcing.propose_announcement(month=month, actor=organiser, at=at - timedelta(days=1))
    await announcing.announce(month=month, actor=await company_in.actor("hr"), at=at)


def _lifted(found: Rules) -> frozenset[str]:
    theme = found.book.themes.get(found.theme or "")
    return frozenset(theme.doubled) if theme else frozenset()


async def _take_in(loading: Loading, part: Facts, about: str, actor: Actor, book: RuleBook) -> None:
    if not len(part.num):
        return
    known = await rules.catalogue()
    columns, raters = stored(
        part, loading.company, await company_in.numbers(loading.calendar.running), known.kpis, known.items
    )
    told = causes.causes(loading.seed, part, columns, book)
    for turn in today.in_turns(columns, told, loading.calendar.through):
        name = f"{part.source}-{about}{turn.name}.csv"
        await intake.take_in_columns(
            facts=turn.facts, raters=raters, via=VIA, filename=name, source=part.source, actor=actor,
            causes=turn.causes, at=turn.at,
        )  # fmt: skip


async def _bring_lead_in(loading: Loading) -> None:
    """Take in the visits of the months before the first."""
    first = loading.calendar.months[0]
    organiser = await company_in.actor("organiser")
    book = (await rules.rules_of(first)).book
    async with transaction():
        for part in facts.lead_in(loading.company, first, days.LEAD_IN, story()):
            await _take_in(loading, part, f"before-{first}", organiser, book)
        for back in range(days.LEAD_IN, 0, -1):
            await fold.fold_month(month=shifted(first, -back))


async def _settle(month: int) -> None:
    """Do what the worker would do, so that nothing of the month waits; what a worker holds already is left to it."""
    for note in await outbox.claim(100, LEASE):
        units = note.payload.get("units")
        if "month" in note.payload:
            await boards.refresh(int(note.payload["month"]), units if note.kind == "fold" else None)
        if note.kind == changes.PREVIEW:
            await changes.work(int(note.payload["change"]))
        if note.kind == simulating.KIND:
            await simulating.work(int(note.payload["simulation"]))
        await outbox.finish(note.id)
    await _quiet(month)


async def _quiet(month: int) -> None:
    """Wait until nothing of the month is being worked on."""
    while await outbox.waiting_of_month(month):  # noqa: ASYNC110 - another process does the work, so no event can tell
        await asyncio.sleep(PAUSE)


async def _close(month: int) -> None:
    """Close a month by two people, on the days on which that is usual."""
    if (await month_queries.month_row(month)).closed_at:
        return
    approver = await company_in.actor("auditor")
    await watch.answer_for(month, days.after(month, days.SIGNED_AFTER))
    for left in reversed(range(TRIES)):
        await _settle(month)
        try:
            await _propose(month)
            await closing.approve_close(month=month, actor=approver, at=days.after(month, days.APPROVED_AFTER))
        except Refused:  # a worker has found something since, or has more to score: waived or waited for the next time
            if not left:
                raise
            if (await month_queries.month_page(month, days.after(month, days.PROPOSED_AFTER))).proposal:
                await closing.withdraw_proposal(month=month, actor=await company_in.actor("organiser"))
        else:
            return


async def _propose(month: int) -> None:
    moment = days.after(month, days.PROPOSED_AFTER)
    page = await month_queries.month_page(month, moment)
    if page.proposal:
        return
    why = "数据来源已逐一确认，缺少部分不影响名次。" if page.waivable else None
    proposer = await company_in.actor("organiser")
    await closing.propose_close(month=month, actor=proposer, waivers=page.waivable, why=why, at=moment)
