"""Two languages: a sentence is a pair, and the reader's choice is made as late as possible."""

import os
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Literal

import msgspec

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DEFAULT: Language = "zh"

_chosen: ContextVar[Language] = ContextVar("language", default=DEFAULT)


class Text(msgspec.Struct, frozen=True):
    """One sentence in both languages; `{name}` places are filled by `format`, before or after the choice of language."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.read(current())

    def read(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> "Text":
        """Return the pair with its places filled; a value that is itself a Text is read in the matching language."""
        return Text(zh=_filled(self.zh, values, "zh"), en=_filled(self.en, values, "en"))


def _filled(sentence: str, values: Mapping[str, object], language: Language) -> str:
    words = {name: value.read(language) if isinstance(value, Text) else value for name, value in values.items()}
    return sentence.format(**words)


def current() -> Language:
    """Return the language of the running request or command."""
    return _chosen.get()


def choose(language: Language) -> None:
    """Set the language for the rest of this request, task or command."""
    _chosen.set(language)


def parsed(code: str | None) -> Language | None:
    """Return the language that a code such as `zh-CN`, `zh_CN.UTF-8` or `en` asks for, None when it asks for another."""
    prefix = (code or "").strip().lower()[:2]
    return next((language for language in LANGUAGES if language == prefix), None)


def accepted(header: str | None) -> Language:
    """Return the better of our languages for an Accept-Language header."""
    wishes = [_wish(part) for part in (header or "").split(",")]
    for _, code in sorted((wish for wish in wishes if wish[0] > 0), key=lambda wish: -wish[0]):
        language = parsed(code)
        if language:
            return language
    return DEFAULT


def _wish(part: str) -> tuple[int, str]:
    """Return the weight in thousandths and the code of one part of the header; a broken weight counts as none."""
    code, _, weight = part.replace(" ", "").partition(";q=")
    if weight in ("", "1", "1.0", "1.00", "1.000"):
        return 1000, code
    digits = re.fullmatch(r"0\.([0-9]{1,3})", weight)
    return (int(digits[1].ljust(3, "0")) if digits else 0), code


def of_environment(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language of a terminal: SHIFEN_LANG, then what the locale says, else English."""
    names = ("SHIFEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    return next((language for name in names if (language := parsed(environment.get(name)))), "en")
