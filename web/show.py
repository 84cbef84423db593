"""Numbers, dates and moments as a reader sees them; a time zone is given to every one of them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from core.clock import SHANGHAI
from core.language import Language

LOCALES = {"zh": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en")}
DAY_FORMATS = {
    "zh": {"day": "y年M月d日", "short": "M月d日", "weekday": "M月d日 EEE", "month": "y年M月"},
    "en": {"day": "d MMM y", "short": "d MMM", "weekday": "EEE d MMM", "month": "MMMM y"},
}
MOMENT_FORMATS = {"zh": "y年M月d日 HH:mm", "en": "d MMM y HH:mm"}
SHORT_MOMENT_FORMATS = {"zh": "M月d日 HH:mm", "en": "d MMM HH:mm"}
MINUS = "\u2212"
MINUTE = timedelta(minutes=1)
_HALF = re.compile(r"(?<=[\u2e80-\u9fff”）%])[,;:!?](?=[\u2e80-\u9fff“（\d])|(?<=[\d%])[,;:](?=[\u2e80-\u9fff“])")
_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}


def scaled(value: int, places: int) -> Decimal:
    """Return a fixed-point integer of 10^-places as a decimal."""
    return Decimal(value).scaleb(-places)


def rounded(value: Decimal | int, places: int) -> Decimal:
    """Round half away from zero (四舍五入) for the eye; nothing computes with the result."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number(value: Decimal | int, places: int = 2, language: Language = "zh") -> str:
    """Return a number with thousands separators and so many decimals, its minus a real minus sign."""
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(rounded(value, places), format=pattern, locale=LOCALES[language])
    return text.replace("-", MINUS)


def signed(value: Decimal | int, places: int = 2, language: Language = "zh") -> str:
    """Return a number that carries its plus or minus sign; nought carries none."""
    text = number(value, places, language)
    return f"+{text}" if rounded(value, places) > 0 else text


def plain(value: Decimal | int | str, most_places: int = 4) -> str:
    """Return a number without trailing zeros."""
    text = f"{rounded(Decimal(value), most_places):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def minus(text: str) -> str:
    """Return the text of a number with a real minus sign."""
    return text.replace("-", MINUS)


def day(value: date, style: str, language: Language) -> str:
    """Return a calendar day; styles are day, short, weekday and month."""
    return format_date(value, format=DAY_FORMATS[language][style], locale=LOCALES[language])


def moment(value: datetime, language: Language, *, short: bool = False) -> str:
    """Return an aware moment on the clock of Asia/Shanghai."""
    formats = SHORT_MOMENT_FORMATS if short else MOMENT_FORMATS
    return format_datetime(value, format=formats[language], tzinfo=SHANGHAI, locale=LOCALES[language])


def until(value: datetime, language: Language, *, short: bool = False) -> str:
    """Return the end of something; a day that ends at midnight is named by itself, not by the next."""
    local = value.astimezone(SHANGHAI)
    return moment(value - MINUTE if local.time() == time.min else value, language, short=short)


def month(value: int, language: Language) -> str:
    """Return a month key such as 202611 as 2026年11月 or November 2026."""
    return day(date(value // 100, value % 100, 1), "month", language)


def listed(parts: Iterable[str], language: Language) -> str:
    """Return things beside each other, parted as the language parts them."""
    return ("、" if language == "zh" else ", ").join(parts)


def full_width(words: str) -> str:
    """Return a Chinese sentence with full-width punctuation; English is left as it is."""
    return _HALF.sub(lambda found: _FULL[found.group()], words)
