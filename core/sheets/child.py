"""The program of the reading process: one workbook in, its cells out, nothing else of ours imported.

It is started by path with a bare interpreter, limits itself before it looks at the bytes, and answers with one
marshalled value on standard output: `{"sheets": [...], "notes": [...]}` or `{"refused": "bomb"}`.
"""

import gc
import io
import marshal
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Spot: TypeAlias = tuple[int, int]

CHUNK = 1 << 20
LONGEST_FORMULA = 200
FORMULA = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*><f[^>]*?(?:/>|>([^<]*)</f>)(?:<v ?/>|<v></v>|(?=</c>))')
CELL_STYLES = re.compile(rb"<cellXfs.*?</cellXfs>", re.DOTALL)
STYLE = re.compile(rb'<xf [^>]*?numFmtId="(\d+)"')
FORMAT = re.compile(rb'<numFmt [^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
PERCENT_FORMATS = {9, 10}
SHEET_PATH = re.compile(r"xl/worksheets/[^/]+\.xml")


class RefusedError(Exception):
    """The file goes beyond a limit; the word says which."""


def limit_self(memory: int, seconds: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: list[int]) -> Iterator[bytes]:
    """Yield what an entry really unpacks to; what the directory declared is not believed."""
    with archive.open(entry) as packed:
        while piece := packed.read(CHUNK):
            budget[0] -= len(piece)
            if budget[0] < 0:
                raise RefusedError("bomb")
            yield piece


def scanned(data: bytes, limit: int) -> dict[str, bytes]:
    """Return the parts that matter beside the values: styles, sheet texts (by path) and the ties between them."""
    budget = [limit]
    kept: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            wanted = SHEET_PATH.fullmatch(entry.filename) or entry.filename in (
                "xl/styles.xml",
                "xl/workbook.xml",
                "xl/_rels/workbook.xml.rels",
            )
            pieces = []
            for piece in unpacked(archive, entry, budget):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise RefusedError("bomb")
                if wanted:
                    pieces.append(piece)
            if wanted:
                kept[entry.filename] = b"".join(pieces)
    return kept


def percent_styles(styles: bytes) -> list[bytes]:
    formats = {int(number) for number, code in FORMAT.findall(styles) if b"%" in code} | PERCENT_FORMATS
    cells = CELL_STYLES.search(styles)
    found = STYLE.findall(cells.group()) if cells else []
    return [str(place).encode() for place, number in enumerate(found) if int(number) in formats]


def sheet_paths(kept: dict[str, bytes]) -> list[str]:
    """Return the path of each sheet in workbook order."""
    relations: dict[bytes, str] = {}
    for tag in re.findall(rb"<Relationship [^>]*>", kept.get("xl/_rels/workbook.xml.rels", b"")):
        key, target = re.search(rb'Id="([^"]+)"', tag), re.search(rb'Target="([^"]+)"', tag)
        if key and target:
            path = target.group(1).decode("utf-8", "replace").removeprefix("/")
            relations[key.group(1)] = path if path.startswith("xl/") else "xl/" + path
    keys = re.findall(rb'<sheet [^>]*?r:id="([^"]+)"', kept.get("xl/workbook.xml", b""))
    return [relations.get(key, "") for key in keys]


def column_of(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number - 1


def marked(text: bytes, styles: list[bytes]) -> tuple[list[Spot], list[tuple[int, int, str]]]:
    """Return the percent cells and the formulas without a value of one sheet, as (row, column[, formula])."""
    percents: list[Spot] = []
    formulas: list[tuple[int, int, str]] = []
    if styles:
        cells = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})" s="(?:' + b"|".join(styles) + rb')"')
        percents = [(int(row) - 1, column_of(column)) for column, row in cells.findall(text)]
    if b"<f" in text:
        formulas = [
            (int(row) - 1, column_of(column), "=" + formula[:LONGEST_FORMULA].decode("utf-8", "replace"))
            for column, row, formula in FORMULA.findall(text)
        ]
    return percents, formulas


def plain(value: Any) -> Any:  # noqa: ANN401 - a cell of whatever type the library gives
    """Return a cell as something that can be marshalled."""
    kind = type(value)
    if kind in (float, str, int, bool) or value is None:
        return value
    if kind.__name__ == "timedelta":
        return ("span", value.total_seconds())
    return (kind.__name__, value.isoformat())


def read_sheet(sheet: "CalamineSheet", cells: list[int]) -> tuple[list[list[Any]], list[list[Spot]]]:
    height, width = sheet.total_height, sheet.total_width
    cells[0] -= height * width
    if cells[0] < 0:
        raise RefusedError("cells")
    rows = sheet.to_python(skip_empty_area=False)
    kinds = {kind for row in rows for kind in set(map(type, row))}
    if not kinds <= {float, str, int, bool}:
        rows = [[plain(value) for value in row] for row in rows]
    try:
        merged = [list(corner) for corner in sheet.merged_cell_ranges or ()]
    except Exception:  # noqa: BLE001 - a format without merged cells has its own error type
        merged = []
    return rows, merged


def read(data: bytes, unpack_limit: int, cell_limit: int, sheet_limit: int) -> dict[str, Any]:
    import python_calamine

    kept = scanned(data, unpack_limit) if data[:2] == b"PK" else {}
    styles = percent_styles(kept.get("xl/styles.xml", b""))
    paths = sheet_paths(kept)
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    cells, sheets, skipped = [cell_limit], list[dict[str, Any]](), list[str]()
    if len(workbook.sheets_metadata) > sheet_limit:
        raise RefusedError("cells")
    for number, meta in enumerate(workbook.sheets_metadata):
        if not str(meta.visible).endswith(".Visible"):
            skipped.append(meta.name)
            continue
        if not str(meta.typ).endswith(".WorkSheet"):
            continue
        rows, merged = read_sheet(workbook.get_sheet_by_index(number), cells)
        text = kept.get(paths[number], b"") if number < len(paths) else b""
        percents, formulas = marked(text, styles)
        for row, column, formula in formulas:
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = formula
        sheets.append({"name": meta.name, "rows": rows, "merged": merged, "percents": percents})
    return {"sheets": sheets, "hidden": skipped}


def answer(data: bytes, unpack_limit: int, cell_limit: int, sheet_limit: int) -> dict[str, Any]:
    try:
        return read(data, unpack_limit, cell_limit, sheet_limit)
    except RefusedError as reason:
        return {"refused": str(reason)}
    except MemoryError:
        return {"refused": "cells"}
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return {"refused": "broken"}
    except BaseException as error:  # noqa: BLE001 - the library panics with types of its own
        return {"refused": "locked" if type(error).__name__ == "PasswordError" else "broken"}


def main() -> None:
    memory, seconds, unpack_limit, cell_limit, sheet_limit = map(int, sys.argv[2:7])
    sys.path.append(sys.argv[1])
    limit_self(memory, seconds)
    gc.disable()
    result = answer(sys.stdin.buffer.read(), unpack_limit, cell_limit, sheet_limit)
    sys.stdout.buffer.write(marshal.dumps(result))
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up, and letting go of a million cells takes longer than reading them


if __name__ == "__main__":
    main()
