"""The sliders of what-if in an order that a thumb gets through: what lifts most first, the rest folded by process."""

from collections.abc import Mapping, Sequence

from core.language import current
from scoring.rulebook import RuleBook
from web.sentences.explained import WORDS
from web.sentences.teller import teller
from web.views.explained import SliderGroup, SliderRow

FEW, FIRST = 8, 5
say = teller(WORDS)


def grouped(sliders: Mapping[str, SliderRow], lifting: Sequence[str], book: RuleBook) -> tuple[SliderGroup, ...]:
    """Return the sliders by KPI in groups; `lifting` are the KPIs that lift, most first. A few are one group."""
    if len(sliders) <= FEW:
        return (SliderGroup("", tuple(sliders.values()), folded=False),)
    first = [code for code in lifting if code in sliders][:FIRST] or list(sliders)[:FIRST]
    rest: dict[str, list[SliderRow]] = {}
    for code, slider in sliders.items():
        if code not in first:
            rest.setdefault(book.processes[book.kpis[code].process].name.read(current()), []).append(slider)
    folded = (SliderGroup(name, tuple(rows), moved=any(map(_moved, rows))) for name, rows in rest.items())
    return (SliderGroup(say("try_first"), tuple(sliders[code] for code in first), folded=False), *folded)


def _moved(slider: SliderRow) -> bool:
    return slider.value != slider.start
