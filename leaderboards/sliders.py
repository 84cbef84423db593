"""The sliders of “what if”: from where to where a KPI can sensibly be moved, in steps a thumb can hit."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from core.errors import Invalid, Place, problem
from core.points import exact, plain_text, said_text
from leaderboards.outlooks import Slider
from leaderboards.working import Working
from scoring.book_parts import Kpi

STEPS = 100
NICE = (1, 2, 5, 10)
MOST = 10**9
LONGEST = 32
PLACES = 4


def sliders(working: Working, unit_id: int) -> tuple[Slider, ...]:
    """Return a slider for each KPI of the card that is measured or could be."""
    place = working.places[unit_id]
    kept = len(working.scored.kpis) - working.scored.extras
    return tuple(_slider(working, row, place) for row in range(kept))


def _slider(working: Working, row: int, place: int) -> Slider:
    kpi = working.book.kpis[working.scored.kpis[row]]
    own = working.scored.measured[row].at(place)
    known = sorted({*_named(kpi), *([own] if own is not None else [])})
    low, high = (known[0], known[-1]) if known else (Fraction(0), Fraction(100))
    room = (high - low) / 5 or max(abs(high) / 5, Fraction(1))
    step = _nice((high - low + 2 * room) / STEPS)
    low, high = _bounded(kpi, _down(low - room, step), -_down(-(high + room), step))
    at = own if own is not None else Fraction(kpi.target) if kpi.target is not None else (low + high) / 2
    return Slider(
        kpi=kpi.code,
        name=kpi.name,
        unit_name=kpi.unit_name,
        direction=kpi.direction,
        value=plain_text(min(max(_nearest(at - low, step) + low, low), high)),
        low=plain_text(low),
        high=plain_text(high),
        step=plain_text(step),
        now=None if own is None else plain_text(own, PLACES),
    )


def _named(kpi: Kpi) -> Iterable[Fraction]:
    """Yield the values that the rule names."""
    yield from (Fraction(value) for value in (kpi.base, kpi.target, kpi.stretch) if value is not None)
    yield from (exact(str(pair[0])) for pair in kpi.params.get("anchors") or ())
    for row in kpi.params.get("bands") or ():
        yield from (exact(str(row[name])) for name in ("lo", "hi") if row.get(name) is not None)


def _bounded(kpi: Kpi, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return the ends within what the KPI can be; a count is never below nought."""
    least = Fraction(kpi.minimum) if kpi.minimum is not None else Fraction(0) if low < 0 else low
    most = Fraction(kpi.maximum) if kpi.maximum is not None else high
    return max(low, least), min(high, most)


def _nice(size: Fraction) -> Fraction:
    """Return the round step just at or above a size: 1, 2 or 5 of some power of ten."""
    power = Fraction(1)
    while power > size:
        power /= 10
    while power * 10 <= size:
        power *= 10
    return next(power * times for times in NICE if power * times >= size)


def _down(value: Fraction, step: Fraction) -> Fraction:
    return floor(value / step) * step


def _nearest(value: Fraction, step: Fraction) -> Fraction:
    return floor(value / step + Fraction(1, 2)) * step


def moved(working: Working, unit_id: int, wishes: dict[str, str]) -> dict[str, Fraction]:
    """Return the values that were really moved; Invalid, with the KPI, for what is no number or cannot be."""
    known = {one.kpi: one for one in sliders(working, unit_id)}
    found = {}
    for code, text in wishes.items():
        if code not in known:
            zh, en = "记分卡上没有这个指标。", "That KPI is not on this card."
            raise Invalid(problem("not_on_card", zh, en, Place(path=code[:LONGEST])))
        value = _number(working.book.kpis[code], text)
        if value != Fraction(known[code].value):
            found[code] = value
    return found


def _number(kpi: Kpi, text: str) -> Fraction:
    try:
        value = exact(text.strip()[: LONGEST + 1])
    except ValueError:
        zh = f"“{kpi.name.zh}”要填一个数，例如 {_example(kpi)}。"
        en = f"“{kpi.name.en}” takes a number, such as {_example(kpi)}."
        raise Invalid(problem("not_a_number", zh, en, Place(path=kpi.code))) from None
    least = Fraction(kpi.minimum) if kpi.minimum is not None else Fraction(-MOST)
    most = Fraction(kpi.maximum) if kpi.maximum is not None else Fraction(MOST)
    if not least <= value <= most:
        zh = f"“{kpi.name.zh}”只能在 {said_text(least)} 到 {said_text(most)} 之间。"
        en = f"“{kpi.name.en}” can only be from {said_text(least)} to {said_text(most)}."
        raise Invalid(problem("out_of_range", zh, en, Place(path=kpi.code)))
    return value


def _example(kpi: Kpi) -> str:
    return said_text(Fraction(kpi.target)) if kpi.target is not None else "95.5"
