"""The tables of an export, shared by the workbook and the CSV files: headings and rows in one language."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.clock import SHANGHAI
from core.language import Language, Text
from core.period import first_day
from core.points import decimal_text, fraction_text, plain_text
from core.sheets.writing import Value
from months.queries.results import COLUMNS, BoardSheet, CardSheet, Results
from months.seal import grouped

HIDDEN = Text(zh="（不公开）", en="(not shown)")
STANDINGS = Text(zh="名次", en="Standings")
AWARDS = Text(zh="奖项", en="Awards")
CARDS = Text(zh="记分卡", en="Scorecards")
TOTALS = Text(zh="总分由来", en="How totals add up")
SEAL = Text(zh="封存", en="Seal")

_BOARD = (
    Text(zh="名次", en="Rank"),
    Text(zh="同类组", en="Peer group"),
    Text(zh="组内名次", en="Rank in group"),
    Text(zh="编码", en="Code"),
    Text(zh="单位", en="Unit"),
    Text(zh="总分", en="Total"),
    Text(zh="记分卡合计", en="Sum of the scorecard"),
    Text(zh="合成", en="Blend"),
    Text(zh="活动分", en="Activities"),
    Text(zh="加减分", en="Adjustments"),
    Text(zh="红线", en="Red lines"),
    Text(zh="覆盖率%", en="Coverage %"),
    Text(zh="状态", en="Status"),
    Text(zh="可能的最好名次", en="Best rank it may truly have"),
    Text(zh="可能的最差名次", en="Worst rank it may truly have"),
    Text(zh="抽样误差±", en="Margin of sampling ±"),
)
_AWARD = (
    Text(zh="奖项", en="Award"),
    Text(zh="同类组", en="Peer group"),
    Text(zh="名次", en="Place"),
    Text(zh="编码", en="Code"),
    Text(zh="单位", en="Unit"),
    Text(zh="分值", en="Value"),
    Text(zh="理由", en="Reason"),
    Text(zh="奖品", en="Prize"),
)
_CARD = (
    Text(zh="编码", en="Code"),
    Text(zh="单位", en="Unit"),
    Text(zh="指标", en="KPI"),
    Text(zh="指标名称", en="KPI name"),
    Text(zh="值", en="Value"),
    Text(zh="有效样本", en="Valid sample"),
    Text(zh="得分", en="Score"),
    Text(zh="权重", en="Weight"),
    Text(zh="调整后权重", en="Weight after"),
    Text(zh="得分点", en="Points"),
    Text(zh="失分", en="Lost points"),
    Text(zh="状态", en="Status"),
)
_TOTAL = (
    Text(zh="编码", en="Code"),
    Text(zh="单位", en="Unit"),
    Text(zh="项目", en="Part"),
    Text(zh="名称", en="Name"),
    Text(zh="次数", en="Count"),
    Text(zh="分值", en="Points"),
    Text(zh="理由", en="Reason"),
)
PARTS = {
    "card": Text(zh="记分卡", en="card"),
    "blend": Text(zh="合成", en="blend"),
    "activity": Text(zh="活动", en="activity"),
    "adjustment": Text(zh="加减分", en="adjustment"),
    "limit": Text(zh="加减分上限", en="limit of adjustments"),
    "red_lines": Text(zh="红线", en="red lines"),
    "floor": Text(zh="不低于零", en="not below zero"),
}
STATUSES = {
    "ranked": Text(zh="有名次", en="ranked"),
    "not_ranked": Text(zh="覆盖率不足，不排名", en="not ranked: coverage"),
    "protected": Text(zh="保护期", en="protected"),
    "shown_only": Text(zh="只展示", en="shown only"),
    "excluded": Text(zh="本月不参评", en="left out this month"),
    "scored": Text(zh="已计分", en="scored"),
    "missing": Text(zh="缺数据", en="missing"),
    "insufficient_sample": Text(zh="样本不足", en="insufficient sample"),
    "insufficient_group": Text(zh="同类组太小", en="peer group too small"),
    "no_baseline": Text(zh="无基期", en="no baseline"),
    "not_applicable": Text(zh="不适用", en="not applicable"),
}


def seal_table(found: Results, language: Language) -> list[Sequence[Value]]:
    """Return what stands on the cover: month, theme, rule book, instants, and the digest whole and in groups."""
    scope = (
        Text(zh="全部单位", en="all units") if found.complete else Text(zh="本人可见的单位", en="the units you may see")
    )
    published = found.published_at
    rows: list[tuple[Text, Value]] = [
        (Text(zh="服务月", en="Service month"), first_day(found.month)),
        (Text(zh="主题", en="Theme"), found.theme.read(language)),
        (Text(zh="范围", en="Scope"), scope.read(language)),
        (Text(zh="关账", en="Closed"), found.closed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")),
        (
            Text(zh="公布", en="Published"),
            published.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if published else None,
        ),
        (Text(zh="规则书", en="Rule book"), found.rule_book),
        (Text(zh="封存摘要 SHA-256", en="Digest SHA-256"), found.digest),
        (Text(zh="便于朗读", en="To read aloud"), grouped(found.digest)),
    ]
    return [(name.read(language), value) for name, value in rows]


def board_table(sheet: BoardSheet, found: Results, language: Language) -> Iterator[Sequence[Value]]:
    """Yield the heading and the rows of one board."""
    yield [name.read(language) for name in (*_BOARD, *found.processes, *sheet.classes)]
    for row in sheet.rows:
        yield [
            row.rank,
            row.group.read(language) if row.group else None,
            row.group_rank,
            row.code,
            (row.name or HIDDEN).read(language),
            _cents(row.total),
            *[_cents((row.between or {}).get(name)) for name in COLUMNS],
            _cents(row.coverage),
            STATUSES[row.status].read(language) if row.status else None,
            row.best,
            row.worst,
            None if row.margin is None else Decimal(row.margin),
            *_filled([_cents(score) for score in row.processes], len(found.processes)),
            *_filled([name.read(language) if name else None for name in row.classes], len(sheet.classes)),
        ]


def _filled(cells: Sequence[Value], width: int) -> list[Value]:
    """Return cells for so many columns; a row that is not named has none of its own."""
    return [*cells, *([None] * (width - len(cells)))]


def award_table(found: Results, language: Language) -> Iterator[Sequence[Value]]:
    """Yield the heading and one row an award given."""
    yield [name.read(language) for name in _AWARD]
    for one in found.awards:
        names = (one.award_name, one.group_name, one.unit_name, one.reason, one.prize)
        award, group, unit, reason, prize = (name.read(language) for name in names)
        yield [award, group, one.place, one.unit_code, unit, Decimal(one.value), reason, prize]


def card_table(sheet: CardSheet, language: Language) -> Iterator[Sequence[Value]]:
    """Yield the heading and one row a line of each scorecard."""
    yield [name.read(language) for name in _CARD]
    for row in sheet.rows:
        yield [
            row.code,
            row.name.read(language),
            row.kpi,
            row.kpi_name.read(language),
            _number(row.value, 6),
            row.sample,
            _cents(row.score),
            Decimal(plain_text(row.weight, 4)),
            Decimal(fraction_text(row.weight_after, 4)),
            _number(row.points, 4),
            _number(row.lost, 4),
            STATUSES[row.status].read(language),
        ]


def total_table(found: Results, language: Language) -> Iterator[Sequence[Value]]:
    """Yield the heading and one row a part of each total; the rows of a unit add up to its total."""
    yield [name.read(language) for name in _TOTAL]
    for row in found.totals:
        for one in row.parts:
            what, points = (PARTS[one.part].read(language), one.name.read(language)), _cents(one.points)
            yield [row.code, row.name.read(language), *what, one.count, points, one.reason]


def _cents(value: int | None) -> Value:
    return _number(value, 2)


def _number(value: int | None, places: int) -> Value:
    return None if value is None else Decimal(decimal_text(value, places))
