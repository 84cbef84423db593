"""Reading the parameters of a method: exact numbers and choices, or a refusal that names the place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from msgspec import structs

from core.errors import Invalid, Place, problem
from core.points import exact
from scoring.book_slips import of_number

MOST_SHOWN = 60


def _shown(value: object) -> str:
    """Return what was written, a table as such, a long text cut off."""
    text = "{ … }" if isinstance(value, Mapping) else str(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


@dataclass(frozen=True)
class Params:
    """Parameters of one rule as written, and the path they stand at."""

    given: Mapping[str, Any]
    path: str = "params"

    def has(self, name: str) -> bool:
        return self.given.get(name) is not None

    def number(self, name: str, default: str | int | None = None) -> Fraction:
        """Return an exact number; `default` stands in for one left out."""
        value = self.given.get(name)
        return self.exactly(default if value is None else value, name)

    def exactly(self, value: Any, name: str) -> Fraction:  # noqa: ANN401 a TOML value of any type, judged here
        """Return any value of the parameters as an exact number."""
        if value is None:
            raise self.refusal("missing_parameter", name, "缺少参数", "this parameter is missing")
        try:
            return exact(value)
        except (ValueError, TypeError):
            what = _shown(value)
            found = problem("not_exact", f"“{what}”不是数。", f"“{what}” is not a number.", self._place(name))
            raise Invalid(structs.replace(found, hint=of_number(value))) from None

    def maybe(self, name: str) -> Fraction | None:
        """Return an exact number, None when left out."""
        return self.number(name) if self.has(name) else None

    def count(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.number(name, default)
        if value.denominator != 1:
            raise self.refusal("not_whole", name, "必须是整数", "must be a whole number")
        return value.numerator

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return one word of a list."""
        word = self.given.get(name, default)
        if word not in allowed:
            listed = ", ".join(allowed)
            raise self.refusal(
                "unknown_choice", name, f"“{_shown(word)}”应为 {listed} 之一", f"“{_shown(word)}” is none of {listed}"
            )
        return str(word)

    def higher(self) -> bool:
        """Return whether more is better."""
        return self.choice("direction", ("higher", "lower"), "higher") == "higher"

    def rows(self, name: str) -> Sequence[Any]:
        """Return a list; empty when left out."""
        value = self.given.get(name) or ()
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.refusal("not_a_list", name, "必须是列表", "must be a list")
        return value

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a table; empty when left out."""
        value = self.given.get(name) or {}
        if not isinstance(value, Mapping):
            raise self.refusal("not_a_table", name, "必须是表，写 { 名称 = 值 }", "must be a table: { name = value }")
        return value

    def within(self, name: str, given: Any) -> "Params":  # noqa: ANN401 a TOML value of any type, judged here
        """Return a table inside these parameters as parameters of its own."""
        if not isinstance(given, Mapping):
            raise self.refusal("not_a_table", name, "必须是表，写 { 名称 = 值 }", "must be a table: { name = value }")
        return Params(given, f"{self.path}.{name}")

    def refusal(self, code: str, name: str, zh: str, en: str) -> Invalid:
        """Return the error to raise about one parameter."""
        return Invalid(problem(code, zh, en, self._place(name)))

    def _place(self, name: str) -> Place:
        return Place(path=f"{self.path}.{name}" if name else self.path)
