"""What the pages of change sets share: words, paths, who may do what, what a change set holds in words."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from core.errors import Invalid
from core.language import current
from months.changes import payloads
from months.changes.payloads import NAMES, Kind, Payload
from months.queries.changes import ChangeRow
from org.organisation import Organisation
from org.queries import organisation_of_month
from org.roles import Action
from scoring.queries.rules import rule_books, rules_of
from scoring.rulebook import RuleBook
from web import show
from web.pages.places import CENTS
from web.sentences.changes import STATES, TITLE, TONES, WORDS
from web.sentences.exceptions import WHATS
from web.sentences.teller import teller
from web.views.changes import ChangeLine, Part
from web.views.drafts import Words
from web.views.shell import Crumb

SEE, MAKE, DECIDE = ({"action": one} for one in (Action.SEE_CHANGES, Action.PROPOSE_CHANGE, Action.APPLY_CHANGE))
say = teller(WORDS)


def words() -> Words:
    """Return the plain words of these pages in the reader's language."""
    return Words({key: text.read(current()) for key, text in WORDS.items() if "{" not in text.zh})


def crumbs(last: str) -> tuple[Crumb, ...]:
    """Return the way to a page of change sets."""
    return (Crumb(TITLE.read(current()), "/changes"), Crumb(last))


def number(row: ChangeRow) -> str:
    """Return the number of a change set as people say it."""
    return f"CS-{row.id:04d}"


def state_of(row: ChangeRow) -> tuple[str, str]:
    """Return the state in words and its tone."""
    key = "undone" if row.revivable else row.state
    if key == "open" and row.failure is not None:
        key = "failed"
    return STATES[key].read(current()), TONES[key]


def line(row: ChangeRow) -> ChangeLine:
    """Return a change set as a line of a list."""
    reader = current()
    state, tone = state_of(row)
    return ChangeLine(
        title=row.title,
        href=f"/changes/{row.id}",
        kind=NAMES[row.kind].read(reader),
        month=show.month(row.month, reader),
        state=state,
        tone=tone,
        told=f"{number(row)} · {say('made', who=row.maker, when=show.moment(row.made_at, reader, short=True))}",
    )


class Named(msgspec.Struct, frozen=True):
    """What the codes and numbers inside a change set are called: the units and rules of its month, all stored versions."""

    organisation: Organisation
    book: RuleBook
    versions: Mapping[int, int]
    """Version of the rules by its number."""

    def kpi(self, code: str) -> str:
        """Return a KPI as its code and name."""
        return f"{code} {self.book.kpis[code].name.read(current())}" if code in self.book.kpis else code

    def theme(self, code: str) -> str:
        """Return a theme by its name."""
        return self.book.themes[code].name.read(current()) if code in self.book.themes else code

    def award(self, code: str) -> str:
        """Return an award by its name."""
        return self.book.awards[code].name.read(current()) if code in self.book.awards else code

    def red_line(self, code: str) -> str:
        """Return a red line by its name."""
        return self.book.red_lines[code].name.read(current()) if code in self.book.red_lines else code


async def named(month: int) -> Named:
    """Return what things are called in a month."""
    versions = {one.id: one.version for one in await rule_books()}
    return Named(await organisation_of_month(month), (await rules_of(month)).book, versions)


def parts(row: ChangeRow, names: Named) -> tuple[Part, ...]:
    """Return what a change set changes, thing by thing."""
    payload = payloads.read(row.kind, row.payload)
    kind, told = payloads.inner(row.kind, payload)
    found = list(_parts(told, names))
    if isinstance(payload, payloads.Appeal):
        found.insert(0, Part(say("appeal_part", id=payload.appeal_id), NAMES[kind].read(current())))
    return tuple(found)


def told_change(kind: str, payload: str, names: Named) -> tuple[Part, ...]:
    """Return the same of a change that is not proposed yet; what cannot be read is said as it is refused."""
    try:
        return tuple(_parts(payloads.read(Kind(kind), payload), names))
    except (ValueError, Invalid) as refusal:
        return (Part("", refusal.problem.read(current()) if isinstance(refusal, Invalid) else kind),)


def _parts(told: Payload, names: Named) -> Iterator[Part]:
    reader, name, organisation = current(), NAMES[_kind_of(told)].read(current()), names.organisation
    lift = getattr(told, "lift", None)
    if lift is not None:
        yield Part(name, say("entry_part", id=lift))
    elif isinstance(told, payloads.Adjustment):
        yield Part(_unit(told.unit_id, organisation), f"{name} {show.signed(show.scaled(told.points, CENTS))}")
    elif isinstance(told, payloads.RedLine):
        yield Part(_unit(told.unit_id, organisation), f"{name} · {names.red_line(told.code)} · {told.on}")
    elif isinstance(told, payloads.Exclusion):
        yield Part(_unit(told.unit_id, organisation), f"{name} · {WHATS[told.what].read(reader)}")
    elif isinstance(told, payloads.Naming):
        for unit_id in told.unit_ids:
            yield Part(_unit(unit_id, organisation), f"{name} · {names.award(told.award)}")
    elif isinstance(told, payloads.Membership):
        arrow = f"→ {_unit(told.parent_id, organisation)} · {told.on}"
        later = f" · {say('from_next_month')}" if told.on.day > 1 else ""
        yield Part(_unit(told.unit_id, organisation), arrow + later)
    else:
        yield from _facts(told, name, names)


def _facts(told: Payload, name: str, names: Named) -> Iterator[Part]:
    if isinstance(told, payloads.Correction):
        records = [f"{one.unit} · {names.kpi(one.kpi)} · {one.on or ''} → {_told(one)}" for one in told.records[:10]]
        count = say("records", n=len(told.records)) if told.records else ""
        file = say("file", id=told.upload_id) if told.upload_id else ""
        batch = say("withdraw_part", id=told.withdraw) if told.withdraw else ""
        yield Part(name, batch or count or file)
        yield from (Part("", one) for one in records)
    elif isinstance(told, payloads.LateData):
        yield Part(name, say("batch_part", id=told.batch_id))
    elif isinstance(told, payloads.Quarantine):
        if told.facts:
            yield Part(name, say("facts_part", n=len(told.facts)))
        if told.kpi:
            unit = _unit(told.unit_id, names.organisation)
            yield Part(unit, f"{name} · {names.kpi(told.kpi)} · {_days(told.first_on, told.last_on)}")
    elif isinstance(told, payloads.Rules):
        version = "" if told.rule_book_id is None else f"v{names.versions.get(told.rule_book_id, '?')}"
        theme = names.theme(told.theme) if told.theme else ""
        yield Part(name, " · ".join(part for part in (version, theme) if part))


def _days(first: date | None, last: date | None) -> str:
    """Return the days of facts that are set aside: one, some, all from one on, or the whole month."""
    if first is not None and last is None:
        return say("days_on", day=first)
    return " – ".join(dict.fromkeys(str(day) for day in (first, last) if day)) or say("whole")


def _told(one: object) -> str:
    value = getattr(one, "value", None)
    pair = (getattr(one, "numerator", None), getattr(one, "denominator", None))
    return str(value) if value is not None else " / ".join(str(part) for part in pair if part is not None)


def _kind_of(told: Payload) -> Kind:
    return next(kind for kind, shape in payloads.SHAPES.items() if isinstance(told, shape))


def _unit(unit_id: int | None, organisation: Organisation) -> str:
    unit = organisation.unit(unit_id) if unit_id is not None else None
    return unit.name(current()) if unit else f"#{unit_id}"
