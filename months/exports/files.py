"""The three files of an export; the same result gives the same bytes."""

import io
import zipfile

import msgspec

from core.language import Language
from core.sheets.writing import Page, csv_bytes, xlsx_bytes
from months.exports import tables
from months.exports.plain import plain
from months.queries.results import Results

FIXED_TIME = (2000, 1, 1, 0, 0, 0)
WIDTHS = (10, 12, 10, 12, 28, 10, 10, 16)


def xlsx(found: Results, language: Language) -> bytes:
    """Return a workbook: seal, a sheet a board, the awards, how totals add up, a sheet of scorecard lines a kind."""
    cover = Page(name=tables.SEAL.read(language), rows=tables.seal_table(found, language), headings=0, widths=(22, 70))
    boards = [
        Page(
            name=f"{tables.STANDINGS.read(language)} {sheet.name.read(language)}",
            rows=list(tables.board_table(sheet, found, language)),
            widths=WIDTHS,
        )
        for sheet in found.boards
    ]
    awards = Page(name=tables.AWARDS.read(language), rows=list(tables.award_table(found, language)), widths=WIDTHS)
    ways = Page(name=tables.TOTALS.read(language), rows=list(tables.total_table(found, language)), widths=WIDTHS)
    cards = [
        Page(
            name=f"{tables.CARDS.read(language)} {sheet.name.read(language)}",
            rows=list(tables.card_table(sheet, language)),
            widths=WIDTHS,
        )
        for sheet in found.cards
        if sheet.rows
    ]
    return xlsx_bytes([cover, *boards, awards, ways, *cards])


def csv_zip(found: Results, language: Language) -> bytes:
    """Return a ZIP archive of CSV files with fixed times in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "seal.csv", csv_bytes(tables.seal_table(found, language)))
        for board in found.boards:
            _add(archive, f"standings_{board.card}.csv", csv_bytes(tables.board_table(board, found, language)))
        _add(archive, "awards.csv", csv_bytes(tables.award_table(found, language)))
        _add(archive, "totals.csv", csv_bytes(tables.total_table(found, language)))
        for card in found.cards:
            if card.rows:
                _add(archive, f"scorecards_{card.card}.csv", csv_bytes(tables.card_table(card, language)))
    return out.getvalue()


def json_bytes(found: Results) -> bytes:
    """Return JSON; `sealed`, for those who see everything, is the document whose canonical form has the digest."""
    return msgspec.json.encode(plain(found), order="sorted")


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
