"""Bounded types: what fits neither the database nor common sense is refused before any handler sees it."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from core.errors import NotFound, Place, Problem, problem
from core.period import is_month
from core.writing import CONTROLS

INT4 = 2**31 - 1
NO_CONTROLS = f"^[^{CONTROLS}]*$"

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=NO_CONTROLS, examples=["linxia"])]
Secret = Annotated[str, Meta(min_length=1, max_length=512, pattern=NO_CONTROLS)]
Words = Annotated[str, Meta(min_length=1, max_length=2000, pattern=NO_CONTROLS, examples=["重复导入"])]
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", examples=["B01"])]
UnitCode = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", examples=["B01"])]
Number = Annotated[int, Meta(ge=1, le=INT4, examples=[1])]
Month = Annotated[int, Meta(ge=200001, le=209912, examples=[202611])]

UnitId = Annotated[int, PathParameter(ge=1, le=INT4, description="Number of the unit.")]
PathMonth = Annotated[int, PathParameter(ge=200001, le=209912, description="Month as yyyymm.", examples=[])]
PathNumber = Annotated[int, PathParameter(ge=1, le=INT4)]
PathCode = Annotated[str, PathParameter(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="Rows a page, at most 200.")]
First = Annotated[int, QueryParameter(ge=0, le=INT4, description="How many rows to skip.")]
Search = Annotated[
    str | None, QueryParameter(max_length=80, pattern=NO_CONTROLS, description="Part of a name or code.")
]


def month(number: int) -> int:
    """Return a month key; raise NotFound for a number that is no month."""
    if not is_month(number):
        raise NotFound(no_month(number, Place(path="month")))
    return number


def no_month(asked: object, place: Place | None = None) -> Problem:
    """Return the refusal of what no calendar has as a month."""
    zh, en = (
        f"没有 {asked} 这个月份，月份写成 202611 这样。",
        f"There is no month {asked}; a month is written like 202611.",
    )
    return problem("no_such_month", zh, en, place)


def month_or_none(number: int | None) -> int | None:
    """Return a month key that may be left out; raise NotFound for a number that is no month."""
    return None if number is None else month(number)
