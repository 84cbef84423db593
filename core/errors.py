"""What can go wrong, said to people: a code, a place, a sentence in both languages, and what to do."""

from typing import ClassVar, Literal

import msgspec

from core.language import Language, Text

Grade = Literal["error", "warning", "note"]


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where: a file, then sheet, row and column of a table, or the path inside a document such as `scorecards.branch`."""

    source: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    path: str | None = None

    def __str__(self) -> str:
        parts = (self.source, self.sheet, None if self.path else self._cell, self.path)
        return ": ".join(part for part in parts if part)

    @property
    def _cell(self) -> str | None:
        """Return B7 for the column of a sheet, and `value 7` for one that has a name."""
        column, row = self.column or "", str(self.row or "")
        between = " " if row and not (column.isascii() and column.isupper()) else ""
        return f"{column}{between}{row}".strip() or None


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One finding. Errors stop, warnings ask, notes inform."""

    code: str
    sentence: Text
    place: Place | None = None
    hint: Text | None = None
    grade: Grade = "error"

    def read(self, language: Language) -> str:
        """Return place, sentence and hint as one line."""
        parts = (str(self.place) if self.place else "", self.sentence.read(language))
        line = ": ".join(part for part in parts if part)
        return f"{line} {self.hint.read(language)}" if self.hint else line


class ShifenError(Exception):
    """A refusal with its reasons; subclasses say which kind, doors turn them into answers."""

    status: ClassVar[int] = 400

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.read("en") for problem in problems))
        self.problems = problems

    @property
    def problem(self) -> Problem:
        """Return the first reason."""
        return self.problems[0]


class Invalid(ShifenError):
    """What was given cannot be understood or breaks a rule of form."""

    status = 422


class Refused(ShifenError):
    """Well understood, but the rules do not allow it now."""

    status = 409


class Conflict(ShifenError):
    """Somebody else was faster, or the same thing exists already with other contents."""

    status = 409


class NotFound(ShifenError):
    """There is no such thing, or none that this person may see."""

    status = 404


class NotAllowed(ShifenError):
    """The person is known but has no right to this."""

    status = 403


class BadSetup(ShifenError):
    """The machine, the settings or a server is not as it must be; the command line ends with exit code 3."""

    status = 503


def problem(code: str, zh: str, en: str, place: Place | None = None, hint: Text | None = None) -> Problem:
    """Return an error from its two sentences."""
    return Problem(code=code, sentence=Text(zh=zh, en=en), place=place, hint=hint)
