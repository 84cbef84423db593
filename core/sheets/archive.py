"""The directory of a zipped workbook, judged before a single byte of it is unpacked."""

import io
import zipfile

from core.sheets.limits import Limits, bomb, broken

ZIP = b"PK\x03\x04"
NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".gz", ".7z", ".rar")


def check_directory(data: bytes, name: str, limits: Limits) -> None:
    """Raise Invalid when the archive is broken, nested, or declares more than the limits allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError):
        raise broken(name) from None
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked:
        raise bomb(name)
    if any(_abnormal(entry, limits) for entry in entries):
        raise bomb(name)
    if not any(entry.filename.startswith("xl/workbook") for entry in entries):
        raise broken(name)


def _abnormal(entry: zipfile.ZipInfo, limits: Limits) -> bool:
    if entry.filename.lower().endswith(NESTED):
        return True
    return entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * max(entry.compress_size, 1)
