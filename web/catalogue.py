"""The catalogues of both languages, read from their .po files when the process starts."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from core.language import Language

LOCALE = Path(__file__).parent / "locale"


def catalogue(language: Language) -> Catalog:
    """Return the catalogue as written."""
    with (LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="zh_Hans_CN" if language == "zh" else "en")


@cache
def translations(language: Language) -> Translations:
    """Return the catalogue ready for use; compiled in memory, so that no .mo file can grow stale."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)
