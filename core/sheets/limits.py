"""How large a file may be, and the sentence for each limit."""

from dataclasses import dataclass

from core.errors import Invalid, Place, problem

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, seconds of processor time, counts."""

    file: int = 100 * MIB
    unpacked: int = 128 * MIB
    entries: int = 2_000
    ratio: int = 100
    ratio_from: int = 4 * MIB
    cells: int = 4_000_000
    text_cells: int = 32_000_000
    """Of a CSV, empty ones included: each takes 16 bytes of this process."""
    sheets: int = 200
    columns: int = 2_048
    memory: int = 768 * MIB
    seconds: int = 20


LIMITS = Limits()


def refused(code: str, zh: str, en: str, name: str) -> Invalid:
    """Return the refusal of a whole file."""
    return Invalid(problem(code, zh, en, Place(source=name)))


def too_large(name: str) -> Invalid:
    return refused(
        "file_too_large",
        "文件太大，请拆成几个文件再上传。",
        "The file is too large: split it and upload the parts.",
        name,
    )


def bomb(name: str) -> Invalid:
    return refused(
        "file_unpacks_too_large",
        "这个压缩的表格展开后大得不正常，没有读取。请另存为新文件，或存成 CSV 再上传。",
        "Unpacked, this workbook is abnormally large and was not read: save it as a new file or as CSV.",
        name,
    )


def broken(name: str) -> Invalid:
    return refused(
        "file_unreadable",
        "打不开这个文件：它已损坏，或不是 CSV、XLS、XLSX。请用表格软件另存一次再上传。",
        "The file cannot be opened: it is damaged or is no CSV, XLS or XLSX. Save it anew with a spreadsheet program.",
        name,
    )


def locked(name: str) -> Invalid:
    return refused(
        "file_locked",
        "这个表格设了打开密码。请去掉密码再上传。",
        "The workbook is protected by a password: remove it and upload again.",
        name,
    )


def too_long(name: str) -> Invalid:
    return refused(
        "file_takes_too_long",
        "读这个表格用的时间或内存超过了上限。请删去数据之外的单元格，或存成 CSV 再上传。",
        "Reading this workbook exceeds the limit of time or memory: delete cells beside the data or save it as CSV.",
        name,
    )
