"""A result as plain values for JSON: exact numbers as text, instants in UTC."""

from typing import Any

from core.language import Text
from core.points import cents_text, decimal_text, fraction_text, plain_text
from months.queries.results import COLUMNS, BoardRow, CardRow, Results, TotalRow
from rewards.queries import Winner


def plain(found: Results) -> dict[str, Any]:
    """Return everything the export says; `sealed` holds integers (cents and the like) just as they were sealed."""
    return {
        "month": found.month,
        "theme": _both(found.theme),
        "digest": found.digest,
        "rule_book": found.rule_book,
        "closed_at": found.closed_at.isoformat(),
        "published_at": found.published_at.isoformat() if found.published_at else None,
        "complete": found.complete,
        "processes": [_both(name) for name in found.processes],
        "standings": {sheet.card: [_board_row(row) for row in sheet.rows] for sheet in found.boards},
        "awards": [_award(one) for one in found.awards],
        "scorecards": {sheet.card: [_card_row(row) for row in sheet.rows] for sheet in found.cards},
        "totals": [_total(row) for row in found.totals],
        "sealed": found.document,
    }


def _board_row(row: BoardRow) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "group": _both(row.group) if row.group else None,
        "group_rank": row.group_rank,
        "unit": row.code,
        "name": _both(row.name) if row.name else None,
        "total": _cents(row.total),
        **{name: _cents((row.between or {}).get(name)) for name in COLUMNS},
        "coverage": None if row.coverage is None else decimal_text(row.coverage, 4),
        "status": row.status,
        "processes": [_cents(score) for score in row.processes],
        "best": row.best,
        "worst": row.worst,
        "margin": row.margin,
    }


def _total(row: TotalRow) -> dict[str, Any]:
    parts = [
        {
            "part": one.part,
            "name": _both(one.name),
            "count": one.count,
            "points": cents_text(one.points),
            "reason": one.reason,
        }
        for one in row.parts
    ]
    return {"card": row.card, "unit": row.code, "parts": parts, "total": cents_text(row.total)}


def _award(one: Winner) -> dict[str, Any]:
    return {
        "award": one.award,
        "award_name": _both(one.award_name),
        "group": one.group,
        "place": one.place,
        "unit": one.unit_code,
        "name": _both(one.unit_name),
        "value": one.value,
        "reason": _both(one.reason),
        "prize": _both(one.prize),
    }


def _card_row(row: CardRow) -> dict[str, Any]:
    return {
        "unit": row.code,
        "kpi": row.kpi,
        "value": None if row.value is None else decimal_text(row.value, 6),
        "sample": row.sample,
        "score": _cents(row.score),
        "weight": plain_text(row.weight, 4),
        "weight_after": fraction_text(row.weight_after, 4),
        "points": decimal_text(row.points, 4),
        "lost": decimal_text(row.lost, 4),
        "status": row.status,
    }


def _cents(value: int | None) -> str | None:
    return None if value is None else cents_text(value)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
