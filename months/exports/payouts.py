"""A payout list as a file; the same list gives the same rows, with its digest below them."""

from core.language import Language, Text
from core.sheets.writing import Page, Value, csv_bytes, xlsx_bytes
from months.queries.payouts import PayoutList

NAME = Text(zh="兑现清单", en="Payout list")
HEADINGS = (
    Text(zh="编码", en="Code"),
    Text(zh="单位", en="Unit"),
    Text(zh="奖项", en="Award"),
    Text(zh="积分", en="Reward points"),
    Text(zh="奖品", en="Prize"),
    Text(zh="理由", en="Reason"),
)
DIGEST = Text(zh="摘要 SHA-256", en="Digest SHA-256")
LIST = Text(zh="服务月和清单号", en="Service month and list number")


def table(found: PayoutList, language: Language) -> list[tuple[Value, ...]]:
    """Return headings, a row a line, then which list it is and its digest."""
    rows: list[tuple[Value, ...]] = [tuple(one.read(language) for one in HEADINGS)]
    rows += [
        (
            line.unit_code,
            line.unit_name.read(language),
            line.award_name.read(language),
            line.points,
            line.prize.read(language),
            line.reason.read(language),
        )
        for line in found.lines
    ]
    return [*rows, (LIST.read(language), f"{found.month}-{found.number}"), (DIGEST.read(language), found.digest)]


def csv(found: PayoutList, language: Language) -> bytes:
    """Return the list as CSV."""
    return csv_bytes(table(found, language))


def xlsx(found: PayoutList, language: Language) -> bytes:
    """Return the list as a workbook of one sheet."""
    return xlsx_bytes([Page(name=NAME.read(language), rows=table(found, language), widths=(14, 28, 20, 12, 28, 60))])
