"""A plan out of the fields of its form: what cannot be read is named, and the rest is kept as it was typed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from core.clock import SHANGHAI
from core.errors import Invalid, Place, Problem, problem
from core.language import Text
from core.period import midnight
from core.points import decimal
from months.planning.plan import Plan, PlannedActivity, PlannedAward
from scoring.rulebook import RuleBook
from web.forms import Form, faults
from web.sentences.plans import WORDS

MOST_FIELDS, LONGEST, LONGEST_NAME = 1_500, 4_000, 64
MOST_ACTIVITIES, MOST_CUT_OFFS = 12, 40
MOST_WHOLE, MOST_DIGITS = 10_000_000, 8
MODES = ("renormalise", "bonus")
CHECKERS = ("manager", "organiser")
DAY = timedelta(days=1)


class Typed:
    """The fields of one sending; `problems` gathers what could not be read."""

    def __init__(self, sent: Form) -> None:
        pairs = [(name, value) for name, value in sent.fields.multi_items() if isinstance(value, str)]
        if len(pairs) > MOST_FIELDS:
            zh, en = f"表单最多 {MOST_FIELDS:,} 栏。", f"The form may have at most {MOST_FIELDS:,} fields."
            raise Invalid(problem("too_much", zh, en))
        self._values: dict[str, list[str]] = {}
        self.problems: list[Problem] = []
        for name, value in pairs:
            self.problems += faults(name, value.strip(), LONGEST, _called(name))
            self._values.setdefault(name, []).append(value.strip())

    def text(self, name: str) -> str:
        """Return a field, empty when it was not sent."""
        return (self._values.get(name) or [""])[0]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all values of a field, each once."""
        return tuple(dict.fromkeys(self._values.get(name, ())))

    def both(self, name: str) -> Text:
        """Return a pair of fields in both languages."""
        return Text(zh=self.text(f"{name}_zh"), en=self.text(f"{name}_en"))

    def number(self, name: str, label: str) -> Decimal | None:
        """Return an exact number, None for an empty field or one that is none."""
        text = self.text(name).replace("−", "-")
        if not text:
            return None
        try:
            return decimal(text)
        except (ValueError, ArithmeticError):
            self._wrong("bad_number", name, label)
            return None

    def whole(self, name: str, label: str) -> int | None:
        """Return a whole number from 0 on, None for an empty field or one that is none."""
        text = self.text(name)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text) <= MOST_WHOLE:
            return int(text)
        self._wrong("bad_number", name, label)
        return None

    def moment(self, name: str, label: str) -> datetime | None:
        """Return a moment that was typed on the clock of Shanghai, in UTC."""
        text = self.text(name)
        if not text:
            return None
        try:
            local = datetime.fromisoformat(text)
            return local.replace(tzinfo=SHANGHAI).astimezone(UTC) if local.tzinfo is None else local.astimezone(UTC)
        except (ValueError, OverflowError):
            self._wrong("bad_date", name, label)
            return None

    def last_day(self, name: str, label: str) -> datetime | None:
        """Return the end of a day that was typed."""
        text = self.text(name)
        if not text:
            return None
        try:
            return midnight(date.fromisoformat(text) + DAY)
        except (ValueError, OverflowError):
            self._wrong("bad_date", name, label)
            return None

    def _wrong(self, code: str, name: str, label: str) -> None:
        sentence = WORDS[code].format(field=WORDS[label])
        self.problems.append(Problem(code=code, sentence=sentence, place=Place(path=name)))


def _called(name: str) -> Text:
    """Return how the page calls a field, such as “Activity 1: Name (Chinese)” for `a0.name_zh`."""
    part, _, last = name.rpartition(".")
    label = WORDS.get(last, Text(zh=name[:LONGEST_NAME], en=name[:LONGEST_NAME]))
    number = part.removeprefix("a")
    if part.startswith("a") and number.isdecimal():
        above = WORDS["activity"].format(n=int(number[:LONGEST_NAME]) + 1)
        label = Text(zh=f"{above.zh}：{label.zh}", en=f"{above.en}: {label.en}")
    return Text(zh=f"“{label.zh}”", en=f"“{label.en}”")


def plan_of(typed: Typed, book: RuleBook, before: Plan, names: Mapping[str, Text]) -> Plan:
    """Return the plan that was typed; `before` gives what the form does not hold, `names` are those of units by code."""
    multiplier = typed.number("multiplier", "multiplier")
    notice_days = typed.whole("notice_days", "notice_days")
    codes = [code for code in typed.text("left_out").replace("，", ",").replace("、", ",").split(",") if code.strip()]
    mode = typed.text("mode")
    return Plan(
        theme=before.theme,
        title=typed.both("title"),
        about=typed.both("about"),
        kinds=tuple(code for code in book.kinds if code in typed.texts("kinds")),
        left_out=tuple(dict.fromkeys(_coded(code.strip(), names) for code in codes)),
        peers=typed.both("peers"),
        doubled=_chosen(typed.texts("doubled"), before.doubled, book.kpis),
        multiplier=before.multiplier if multiplier is None else multiplier,
        mode="bonus" if mode == MODES[1] else "renormalise",
        activities=tuple(_activities(typed, book, before)),
        awards=tuple(_awards(typed, book)),
        budget=typed.whole("budget", "budget"),
        freeze_at=typed.moment("freeze_at", "freeze_at"),
        cut_off_at=typed.moment("cut_off_at", "cut_off_at"),
        kpi_cut_offs=_cut_offs(typed, book),
        appeals_until=typed.last_day("appeals_on", "appeals_on"),
        ceremony_at=typed.moment("ceremony_at", "ceremony_at"),
        notice_days=before.notice_days if notice_days is None else notice_days,
    )


def _coded(words: str, names: Mapping[str, Text]) -> str:
    """Return the code of a unit that was written by its name; whatever else was written stays."""
    found = [code for code, name in names.items() if words in (name.zh, name.en)]
    return found[0] if words not in names and len(found) == 1 else words


def _chosen(codes: Collection[str], before: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return what was ticked in the order it stood in before, what is new behind it: an order is no change of the rules."""
    return tuple(dict.fromkeys(code for code in (*before, *known) if code in codes))


def _activities(typed: Typed, book: RuleBook, before: Plan) -> list[PlannedActivity]:
    found: list[PlannedActivity] = []
    asked = {one.code: one.kinds for one in before.activities}
    for number in range(MOST_ACTIVITIES):
        at = f"a{number}."
        if not typed.text(f"{at}code"):
            continue
        code, points = typed.text(f"{at}code")[:64], typed.number(f"{at}points", "points")
        found.append(
            PlannedActivity(
                code=code,
                name=typed.both(f"{at}name"),
                kinds=_chosen(typed.texts(f"{at}kinds"), asked.get(code, ()), book.kinds),
                points=Decimal(0) if points is None else points,
                cap=typed.number(f"{at}cap", "cap"),
                evidence=bool(typed.text(f"{at}evidence")),
                checker="organiser" if typed.text(f"{at}checker") == CHECKERS[1] else "manager",
            )
        )
    return found


def _awards(typed: Typed, book: RuleBook) -> list[PlannedAward]:
    found: list[PlannedAward] = []
    for code, terms in book.awards.items():
        at = f"w.{code}."
        if not typed.text(f"{at}given"):
            continue
        share, points = typed.number(f"{at}share", "share"), typed.whole(f"{at}points", "reward")
        counts = {group: typed.whole(f"{at}count.{group}", "quota") for group in terms.count}
        found.append(
            PlannedAward(
                code=code,
                count={group: terms.count[group] if number is None else number for group, number in counts.items()},
                share=terms.share if share is None or terms.share is None else share / 100,
                points=terms.points if points is None else points,
                prize=typed.both(f"{at}prize"),
            )
        )
    return found


def _cut_offs(typed: Typed, book: RuleBook) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for number in range(MOST_CUT_OFFS):
        code = typed.text(f"k{number}.kpi")
        at = typed.moment(f"k{number}.at", "kpi_cut_offs") if code in book.kpis else None
        if at is not None:
            found[code] = at
    return found


def values_of(plan: Plan) -> Mapping[str, str]:
    """Return the plain fields of a plan as they are typed."""
    values = {
        f"{name}_{language}": getattr(getattr(plan, name), language)
        for name in ("title", "about", "peers")
        for language in ("zh", "en")
    }
    values |= {name: local(getattr(plan, name)) for name in ("freeze_at", "cut_off_at", "ceremony_at")}
    return values | {
        "left_out": ", ".join(plan.left_out),
        "multiplier": f"{plan.multiplier.normalize():f}",
        "budget": "" if plan.budget is None else str(plan.budget),
        "appeals_on": last_day(plan.appeals_until),
        "notice_days": str(plan.notice_days),
    }


def local(at: datetime | None) -> str:
    """Return a moment as a field of date and time holds it, on the clock of Shanghai."""
    return "" if at is None else at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def last_day(until: datetime | None) -> str:
    """Return the day that ends with a moment, as a field of a date holds it."""
    return "" if until is None else (until.astimezone(SHANGHAI) - timedelta(microseconds=1)).date().isoformat()
