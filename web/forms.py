"""What a browser sends: fields as clean text, and files; sending a form twice is harmless, because every operation asks for the state."""

from collections.abc import Sequence
from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from msgspec import Struct

from core.errors import Invalid, Place, Problem, problem
from core.language import Text
from core.writing import unseen

LONGEST = 2_000


class Form(Struct, frozen=True):
    """The fields of one request."""

    fields: FormMultiDict

    def text(self, name: str, longest: int = LONGEST) -> str:
        """Return a field without blanks around it; a file or a missing field is an empty text.

        Invalid when it is too long, or holds characters that cannot be seen.
        """
        value = self.fields.get(name)
        text = value.strip() if isinstance(value, str) else ""
        if len(text) > longest:
            raise Invalid(_too_long(name, longest, len(text)))
        if sign := unseen(text):
            raise Invalid(unseen_in(name, sign))
        return text

    def typed(self, name: str) -> str:
        """Return a field as it was written, to be shown again beside what is wrong with it."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> Sequence[str]:
        """Return every value of a field that may stand several times."""
        return tuple(value for value in self.fields.getall(name, []) if isinstance(value, str))

    def secret(self, name: str) -> str:
        """Return a password as typed."""
        value = self.fields.get(name)
        return value[:LONGEST] if isinstance(value, str) else ""

    def document(self, name: str, like: str = "") -> str:
        """Return a whole text with the line ends of another: a browser sends every line end as two characters."""
        value = self.fields.get(name)
        text = value if isinstance(value, str) else ""
        if text.replace("\r\n", "\n") == like.replace("\r\n", "\n"):
            return like
        return text if "\r\n" in like else text.replace("\r\n", "\n")

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number between two bounds; Invalid when it is none."""
        text = self.text(name, 20)
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise Invalid(
                problem(
                    "bad_number", f"请填 {low} 到 {high} 之间的整数。", f"Write a whole number from {low} to {high}."
                )
            )
        return int(text)

    def file(self, name: str) -> UploadFile | None:
        """Return an uploaded file, None when none was chosen."""
        value = self.fields.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


def _too_long(name: str, longest: int, length: int) -> Problem:
    zh = f"这一栏最多 {longest:,} 个字，现在有 {length:,} 个。"
    en = f"This field takes at most {longest:,} characters; there are {length:,}."
    return Problem(code="text_too_long", sentence=Text(zh=zh, en=en), place=Place(path=name))


def unseen_in(name: str, sign: str) -> Problem:
    """Return the refusal of a field that holds a character that cannot be seen."""
    zh = f"这一栏含有看不见的控制字符（{sign}），请删去后重写。"
    en = f"This field holds an invisible control character ({sign}); write it without."
    return Problem(code="unseen_character", sentence=Text(zh=zh, en=en), place=Place(path=name))


async def form_of(request: Request[Any, Any, Any]) -> Form:
    """Return the form of a request; the guard has already checked its token."""
    return Form(await request.form())
