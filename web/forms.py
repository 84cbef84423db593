"""What a browser sends: fields as clean text, and files; sending a form twice is harmless, because every operation asks for the state."""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from msgspec import Struct

from core.errors import Invalid, Place, Problem, problem
from core.language import Text
from core.writing import unseen

LONGEST = 2_000
FIELD = Text(zh="这一栏", en="This field")


class Form(Struct, frozen=True):
    """The fields of one request."""

    fields: FormMultiDict

    def text(self, name: str, longest: int = LONGEST) -> str:
        """Return a field without blanks around it; a file or a missing field is an empty text.

        Invalid when it is too long, or holds characters that cannot be seen.
        """
        value = self.fields.get(name)
        return _sound(name, value.strip() if isinstance(value, str) else "", longest)

    def typed(self, name: str) -> str:
        """Return a field as it was written, to be shown again beside what is wrong with it."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str, longest: int = LONGEST) -> Sequence[str]:
        """Return every value of a field that may stand several times; Invalid as `text` is."""
        return tuple(_sound(name, value, longest) for value in self.fields.getall(name, []) if isinstance(value, str))

    def secret(self, name: str) -> str:
        """Return a password as typed, whole: what it may be is said where passwords are kept."""
        return self.typed(name)

    def document(self, name: str, like: str = "") -> str:
        """Return a whole text with the line ends of another: a browser sends every line end as two characters.

        Its length and its characters are checked with the line of each where such texts are kept.
        """
        text = self.typed(name)
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


def faults(name: str, text: str, longest: int, field: Text = FIELD) -> Iterator[Problem]:
    """Yield why a text cannot be kept as it was written; `field` is how the reader knows the place."""
    if len(text) > longest:
        zh = f"{field.zh}最多 {longest:,} 个字，现在有 {len(text):,} 个。"
        en = f"{field.en} takes at most {longest:,} characters; there are {len(text):,}."
        yield Problem(code="text_too_long", sentence=Text(zh=zh, en=en), place=Place(path=name))
    if sign := unseen(text):
        zh = f"{field.zh}含有看不见的字符（{sign}），请删去后重写。"
        en = f"{field.en} holds an invisible character ({sign}); write it without."
        yield Problem(code="unseen_character", sentence=Text(zh=zh, en=en), place=Place(path=name))


def _sound(name: str, text: str, longest: int) -> str:
    if found := tuple(faults(name, text, longest)):
        raise Invalid(*found)
    return text


async def form_of(request: Request[Any, Any, Any]) -> Form:
    """Return the form of a request; the guard has already checked its token."""
    return Form(await request.form())
