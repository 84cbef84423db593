"""What the forms of change sets offer to choose from, so that nobody needs to know a code or a number by heart."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from core.language import current
from core.period import first_day, next_first_day
from months.changes.payloads import Kind
from months.queries import calendar, exclusions
from scoring.posted_reason import reason_in
from scoring.queries import intake
from scoring.queries.late import late_imports
from scoring.queries.rules import rule_books, rules_of
from web import show
from web.pages.came import came
from web.pages.changes.parts import say
from web.sentences.exceptions import WHATS
from web.views.shell import Choice

Values = Mapping[str, str]
Picks = dict[str, tuple[Choice, ...]]
IMPORTS = 200
"""So many of the newest imports are looked through for those of the month."""


async def picks(kind: Kind, month: int, values: Values) -> Picks:
    """Return by field what may be chosen on the form of a kind for a month; `values` says what is chosen already."""
    return {name: await offer(month, values.get(name, "")) for name, offer in _OFFERS.get(kind, {}).items()}


async def _whats(_month: int, wish: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, name.read(current()), code == wish) for code, name in WHATS.items())


async def _kpis(month: int, wish: str) -> tuple[Choice, ...]:
    book = (await rules_of(month)).book
    named = ((code, f"{code} {kpi.name.read(current())}") for code, kpi in book.kpis.items())
    return (_none("choose"), *(Choice(code, name, code == wish) for code, name in named))


async def _red_lines(month: int, wish: str) -> tuple[Choice, ...]:
    book = (await rules_of(month)).book
    return tuple(Choice(code, one.name.read(current()), code == wish) for code, one in book.red_lines.items())


async def _themes(month: int, wish: str) -> tuple[Choice, ...]:
    book = (await rules_of(month)).book
    named = ((code, one.name.read(current())) for code, one in book.themes.items())
    return (_none("keep_rules"), *(Choice(code, name, code == wish) for code, name in named))


async def _books(month: int, wish: str) -> tuple[Choice, ...]:
    own, reader = (await rules_of(month)).rule_book_id, current()
    found = []
    for one in await rule_books():
        title = (one.title_zh if reader == "zh" else one.title_en) or ""
        now = say("in_use") if one.id == own else ""
        found.append(
            Choice(str(one.id), " · ".join(filter(None, (f"v{one.version}", title, now))), str(one.id) == wish)
        )
    return (_none("keep_rules"), *found)


async def _late_imports(month: int, wish: str) -> tuple[Choice, ...]:
    return await _imports(month, wish, await late_imports(month, (await calendar.month_row(month)).cut_off_at))


async def _imports(month: int, wish: str, among: Collection[int] | None = None) -> tuple[Choice, ...]:
    first, end, reader = first_day(month), next_first_day(month), current()
    found = []
    for one in await intake.batches(limit=IMPORTS):
        inside = one.first_on and one.last_on and first <= one.first_on and one.last_on < end
        if inside and one.withdrawn_at is None and one.rows_taken and (among is None or one.id in among):
            at = show.moment(one.received_at, reader, short=True)
            label = say("batch_choice", id=one.id, name=one.filename or came(one.via), when=at, n=one.rows_taken)
            found.append(Choice(str(one.id), label, str(one.id) == wish))
    return (_none("choose" if found or among is None else "none_late"), *found)


async def _adjustments(month: int, wish: str) -> tuple[Choice, ...]:
    rows = [one for one in await exclusions.adjustments(month) if one.lifted_at is None]
    named = (
        (str(one.id), f"{one.unit_name.read(current())} {show.minus(one.points)} · {reason_in(one.reason, current())}")
        for one in rows
    )
    return (_none("lift_none"), *(Choice(key, name[:_LONG], key == wish) for key, name in named))


async def _exclusions(month: int, wish: str) -> tuple[Choice, ...]:
    rows, reader = [one for one in await exclusions.exclusions(month) if one.stands], current()
    named = ((str(one.id), f"{one.unit_name.read(reader)} · {WHATS[one.what].read(reader)}") for one in rows)
    return (_none("lift_none"), *(Choice(key, name[:_LONG], key == wish) for key, name in named))


async def _awards(month: int, wish: str) -> tuple[Choice, ...]:
    awards = [one for one in (await rules_of(month)).book.awards.values() if one.rule == "by_hand"]
    named = (Choice(one.code, one.name.read(current()), one.code == wish) for one in awards)
    return (_none("choose" if awards else "none_by_hand"), *named)


async def _namings(month: int, wish: str) -> tuple[Choice, ...]:
    awards, reader = (await rules_of(month)).book.awards, current()
    rows = await exclusions.namings(month)
    named = ((str(one.id), f"{one.unit_name.read(reader)} · {awards[one.award].name.read(reader)}") for one in rows)
    return (_none("lift_none"), *(Choice(key, name[:_LONG], key == wish) for key, name in named))


async def _red_line_events(month: int, wish: str) -> tuple[Choice, ...]:
    book, reader = (await rules_of(month)).book, current()
    found = []
    for one in await exclusions.red_lines(month):
        name = book.red_lines[one.code].name.read(reader) if one.code in book.red_lines else one.code
        label = f"{one.unit_name.read(reader)} · {name} · {show.day(one.on_day, 'short', reader)}"
        found.append(Choice(str(one.id), label[:_LONG], str(one.id) == wish))
    return (_none("lift_none"), *found)


def _none(word: str) -> Choice:
    return Choice("", say(word))


_LONG = 80
_OFFERS: dict[Kind, dict[str, Callable[[int, str], Awaitable[tuple[Choice, ...]]]]] = {
    Kind.ADJUSTMENT: {"lift": _adjustments},
    Kind.EXCLUSION: {"what": _whats, "lift": _exclusions},
    Kind.NAMING: {"award": _awards, "lift": _namings},
    Kind.RED_LINE: {"code": _red_lines, "lift": _red_line_events},
    Kind.CORRECTION: {"kpi": _kpis, "withdraw": _imports},
    Kind.LATE_DATA: {"batch": _late_imports},
    Kind.QUARANTINE: {"kpi": _kpis},
    Kind.RULES: {"rule_book": _books, "theme": _themes},
}
