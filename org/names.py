"""What a person with an account is called in the reader's language: in English by the English name, where there is one."""

import re
from functools import lru_cache

from core.language import Language, Text, current

_NAME = re.compile(r"\b(\w+)\.display_name\b")


def called(display_name: str, name_en: str | None) -> Text:
    """Return the name of an account in both languages."""
    return Text(zh=display_name, en=name_en or display_name)


def named(statement: str, language: Language | None = None) -> str:
    """Return a statement whose `x.display_name`, x an account, yields names as the reader of the request writes them."""
    return statement if (language or current()) == "zh" else _in_english(statement)


@lru_cache(maxsize=256)
def _in_english(statement: str) -> str:
    return _NAME.sub(r"coalesce(\1.name_en, \1.display_name)", statement)
