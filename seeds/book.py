"""The rule book as a document: the catalogue's tables and the contest's settings written out as one TOML file.

`python -m seeds.book` writes `seeds/rulebook.toml` anew; what ships and is read is that file.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

HERE = Path(__file__).parent
DOMAIN = HERE / "domain"
RULE_BOOK = HERE / "rulebook.toml"

FULL_WIDTH = str.maketrans("(),:;", "（），：；")
_HAN = re.compile("[\u4e00-\u9fff]")

Row: TypeAlias = dict[str, str]
Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"


def rule_book_text() -> str:
    """Return the whole document."""
    contest = (DOMAIN / "contest.toml").read_text(encoding="utf-8").rstrip()
    parts = (
        _processes(),
        _sources(),
        _kpis(),
        _scorecards(),
        _departments(),
        _matrix(),
        _finer_shares(),
        _causes(),
        _themes(),
        _checklist(),
    )
    return "\n\n".join((contest, *(part for part in parts))) + "\n"


def main() -> None:
    """Write the file that ships."""
    RULE_BOOK.write_text(rule_book_text(), encoding="utf-8")


def _rows(name: str, folder: Path = DOMAIN) -> list[Row]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _written(value: Value) -> str:
    """Return a value as TOML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        value = value | {"zh": _chinese(zh)} if isinstance(zh := value.get("zh"), str) else value
        return "{ " + ", ".join(f"{name} = {_written(part)}" for name, part in value.items() if part is not None) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_written(part) for part in value) + "]"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def _chinese(text: str) -> str:
    """Return a Chinese text with full-width signs; the catalogue's tables were typed with those of ASCII."""
    return text.translate(FULL_WIDTH) if _HAN.search(text) else text


def _table(path: str, fields: Mapping[str, Value]) -> str:
    lines = [f"{name} = {_written(value)}" for name, value in fields.items() if value not in (None, "", [], {})]
    return "\n".join((f"[{path}]", *lines))


def _pair(row: Row, name: str = "name") -> Value:
    return {"zh": row[f"{name}_zh"], "en": row[f"{name}_en"]}


def _several(cell: str) -> list[Value]:
    return [part for part in cell.split(";") if part]


def _tables(tables: Iterable[str]) -> str:
    return "\n\n".join(tables)


def _processes() -> str:
    found = [
        _table(
            f"processes.{row['code']}",
            {
                "name": _pair(row),
                "family": _pair(row, "family"),
                "weight": row["weight"],
                "lead": row["lead_department"],
            },
        )
        for row in _rows("processes.csv")
    ]
    known = {row["code"] for row in _rows("processes.csv")}
    others = {row["process_code"]: row for row in _rows("kpis.csv") if row["process_code"] not in known}
    for code, row in others.items():
        name: Value = {"zh": row["process_zh"], "en": row["process_en"]}
        found.append(_table(f"processes.{code}", {"name": name, "family": name, "weight": 0, "management": True}))
    return _tables(found)


def _sources() -> str:
    known = {row["source"]: row for row in _rows("sources.csv")}
    named = {row["source"]: row["source_zh"] for row in _rows("kpis.csv")}
    return _tables(
        _table(
            f"sources.{code}",
            {"name": {"zh": zh, "en": known[code]["name_en"]}, "lag_days": int(known[code]["lag_days"])},
        )
        for code, zh in named.items()
    )


UNITS = {"pct": "%", "score_10": "/10", "score_100": "/100", "per_10k": "per 10,000", "minute": "min", "count": "cases"}


def _kpis() -> str:
    settings = {row["kpi"]: row for row in _rows("kpi_settings.csv")}
    items: dict[str, dict[str, Value]] = {}
    for row in _rows("event_items.csv"):
        items.setdefault(row["kpi"], {})[row["item"]] = {"name": _pair(row)}
    return _tables(_kpi(row, settings[row["code"]], items.get(row["code"], {})) for row in _rows("kpis.csv"))


def _kpi(row: Row, setting: Row, items: dict[str, Value]) -> str:
    params = {name: part for name, part in json.loads(row["rule_params"]).items() if name != "direction"}
    least: dict[str, Value] = {"default": int(row["min_sample"])} if row["min_sample"] else {}
    fields: dict[str, Value] = {
        "name": _pair(row),
        "process": row["process_code"],
        "unit": row["unit"],
        "unit_name": {"zh": row["unit_zh"], "en": UNITS.get(row["unit"], row["unit"])},
        "direction": row["direction"],
        "source": row["source"],
        "frequency": row["frequency"],
        "minimum": row["min_value"],
        "maximum": row["max_value"],
        "aggregation": row["aggregation"],
        "sampled": row["sampled"] == "1",
        "min_sample": least | {kind: int(number) for kind, number in _settings(setting["min_sample"])},
        "window": dict(_settings(setting["window"])),
        "shrink": setting["shrink"],
        "spread": setting["spread"],
        "recorded_by": _several(setting["recorded_by"]),
        "stays_with": _several(setting["stays_with"]),
        "weight_in_process": row["weight_in_process"],
        "lead": row["lead_department"],
        "base": row["base"],
        "target": row["target"],
        "stretch": row["stretch"],
        "method": row["method"],
        "params": _without_nulls({**params, **json.loads(setting["params"] or "{}")}),
        "items": items,
        "formula": _pair(row, "formula"),
    }
    return _table(f"kpis.{row['code']}", fields)


def _without_nulls(value: Value) -> Value:
    """Return parameters without their nulls: TOML has none, and leaving out means the same."""
    if isinstance(value, dict):
        return {name: _without_nulls(part) for name, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


def _settings(cell: str) -> list[tuple[str, str]]:
    return [(part.partition("=")[0], part.partition("=")[2]) for part in cell.split(";") if part]


def _scorecards() -> str:
    cards: dict[str, dict[str, Value]] = {}
    for row in _rows("scorecards.csv"):
        cards.setdefault(row["unit_type"], {})[row["kpi_code"]] = row["weight"]
    return _tables(_table(f"scorecards.{kind}", card) for kind, card in cards.items())


def _departments() -> str:
    return _tables(
        _table(
            f"departments.{row['code']}",
            {"name": _pair(row), "group": row["kind"], "hors_concours": row.get("hors_concours") == "yes"},
        )
        for row in _rows("departments.csv", HERE)
    )


def _matrix() -> str:
    shares: dict[str, dict[str, Value]] = {}
    for row in _rows("responsibility.csv"):
        shares.setdefault(row["process_code"], {})[row["department_code"]] = int(row["share"])
    return _tables(_table(f"responsibility.{process}", share) for process, share in shares.items())


def _finer_shares() -> str:
    shares: dict[str, dict[str, Value]] = {}
    for row in _rows("responsibility_kpis.csv"):
        shares.setdefault(row["kpi"], {})[row["department"]] = int(row["share"])
    return _tables(_table(f"responsibility_kpis.{kpi}", share) for kpi, share in shares.items())


def _causes() -> str:
    return _tables(
        _table(
            f"causes.{row['code']}",
            {
                "name": _pair(row),
                "kpis": _several(row["kpis"]),
                "shares": {name: int(share) for name, share in _settings(row["shares"])},
                "own": row["own"] == "yes" or None,
            },
        )
        for row in _rows("causes.csv")
    )


def _themes() -> str:
    activities: dict[str, dict[str, Value]] = {}
    for row in _rows("activities.csv"):
        activity: dict[str, Value] = {
            "name": _pair(row),
            "kinds": _several(row["kinds"]),
            "points": row["points"],
            "cap": row["cap"] or None,
        }
        activities.setdefault(row["theme"], {})[row["code"]] = activity
    themes = [
        _table(
            f"themes.{row['code']}",
            {
                "name": _pair(row),
                "month": int(row["month"]),
                "doubled": _several(row["doubled_kpis"]),
                "multiplier": 2,
                "activities": activities.get(row["code"], {}),
            },
        )
        for row in _rows("themes.csv")
    ]
    return _tables((_table("months", {row["month"]: row["code"] for row in _rows("themes.csv")}), *themes))


def _checklist() -> str:
    rows = _rows("checklist.csv")
    moments: dict[str, Value] = {
        row["moment"]: {"zh": row["moment_zh"], "en": row["moment"].capitalize()} for row in rows
    }
    measures: dict[str, Value] = {row["measure"]: _pair(row, "measure") for row in rows}
    items = [
        _table(
            f"checklist.items.{row['item']}",
            {
                "name": _pair(row, "text"),
                "moment": row["moment"],
                "measure": row["measure"],
                "points": int(row["points"]),
                "kpi": row["kpi_code"],
            },
        )
        for row in rows
    ]
    head = _table("checklist", {"min_coverage": "0.60", "red_line_cap": 59})
    return _tables((head, _table("checklist.moments", moments), _table("checklist.measures", measures), *items))


if __name__ == "__main__":
    main()
