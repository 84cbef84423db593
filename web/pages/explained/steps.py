"""Steps of a calculation, made ready for the eye in the reader's language."""

from collections.abc import Iterable

from core.language import current
from scoring.steps.telling import Step
from web import show
from web.views.explained import StepLine

LOST = "lost"


def step_lines(steps: Iterable[Step]) -> tuple[StepLine, ...]:
    """Return the steps as they are printed: with their figures where there is something to work out."""
    return tuple(_line(step) for step in steps)


def _line(step: Step) -> StepLine:
    reader = current()
    lost = step.code == LOST and step.result.strip("0.") != ""
    result = step.result.replace("-", show.MINUS)
    return StepLine(
        name=step.name.read(reader),
        figures="" if step.figures == step.result else step.figures,
        result=f"{show.MINUS}{result}" if lost else result,
        note=show.full_width(step.note.read(reader)),
        tone="lost" if lost else "",
    )
