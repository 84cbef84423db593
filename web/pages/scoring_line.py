"""The scoring line of a KPI as it is drawn: through its anchors, or in stairs from band to band."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.language import Text
from leaderboards.card_views import CardLine
from scoring.book_parts import Kpi
from web.charts.curve import Anchor
from web.pages.lines import with_unit
from web.sentences.teller import teller

Point = tuple[Decimal, Decimal]
say = teller(
    {
        "base": Text(zh="基准 ", en="base "),
        "goal": Text(zh="目标 ", en="target "),
        "stretch": Text(zh="挑战 ", en="stretch "),
    }
)


def anchors(kpi: Kpi) -> tuple[Anchor, ...]:
    """Return the named points of the line; a method that reads no value off a line has none."""
    if _given(kpi, "bands"):
        return _of_bands(kpi)
    names = {kpi.base: "base", kpi.target: "goal", kpi.stretch: "stretch"}
    found = []
    for value, score in _given(kpi, "anchors"):
        exact = Decimal(str(value))
        name = names.get(exact)
        words = f"{say(name) if name else ''}{with_unit(str(exact), kpi.unit_name)} → {score}"
        found.append(Anchor(exact, Decimal(str(score)), words))
    return tuple(found)


def points(kpi: Kpi, line: CardLine) -> tuple[Point, ...]:
    """Return the drawn line, carried on past its ends as far as the unit stands."""
    own = (Decimal(line.value or 0), Decimal(line.score or 0))
    bands = _given(kpi, "bands")
    return _stairs(bands, own[0]) if bands else _through(kpi, _given(kpi, "anchors"), own)


def _given(kpi: Kpi, name: str) -> Sequence[Any]:
    given = kpi.params.get(name) if kpi.method in {"linear", "band"} else None
    return given if isinstance(given, list | tuple) else ()


def _of_bands(kpi: Kpi) -> tuple[Anchor, ...]:
    """Return the edge of each named value with the better score that begins there."""
    found = []
    for value, name in ((kpi.target, "goal"), (kpi.stretch, "stretch")):
        if value is not None:
            edges = [
                band
                for band in _given(kpi, "bands")
                if _edge(band, "hi" if kpi.direction == "lower" else "lo") == value
            ]
            if edges:
                score = Decimal(str(edges[0]["score"]))
                words = f"{say(name)}{with_unit(str(value), kpi.unit_name)} → {score}"
                found.append(Anchor(value, score, words))
    return tuple(found)


def _edge(band: Mapping[str, Any], side: str) -> Decimal | None:
    return Decimal(str(band[side])) if side in band else None


def _stairs(bands: Sequence[Mapping[str, Any]], own: Decimal) -> tuple[Point, ...]:
    edges = sorted({edge for band in bands for side in ("lo", "hi") if (edge := _edge(band, side)) is not None})
    room = (edges[-1] - edges[0]) / 6 or Decimal(1)
    low, high = min(edges[0] - room, own), max(edges[-1] + room, own)
    stairs: list[Point] = []
    for band in sorted(bands, key=lambda one: _edge(one, "lo") or low):
        score = Decimal(str(band["score"]))
        stairs += [(_edge(band, "lo") or low, score), (_edge(band, "hi") or high, score)]
    return tuple(stairs)


def _through(kpi: Kpi, given: Sequence[Any], own: Point) -> tuple[Point, ...]:
    drawn = sorted((Decimal(str(value)), Decimal(str(score))) for value, score in given)
    room = (drawn[-1][0] - drawn[0][0]) / 4
    ends = [own] if not drawn[0][0] <= own[0] <= drawn[-1][0] else []
    best = max(drawn, key=lambda point: point[1])
    further = (best[0] + room if kpi.direction == "higher" else best[0] - room, best[1])
    return tuple(sorted([*drawn, *ends, *([further] if further not in ends else [])]))
