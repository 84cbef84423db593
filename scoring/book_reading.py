"""From TOML values to frozen structs: every mistake is found, each with its path and the nearest right name."""

import types
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from core.errors import Place, Problem
from core.language import Text
from core.points import decimal
from scoring.book_slips import instead_of, of_list, of_number, of_pair, of_parameter, of_table, of_whole
from scoring.formula.refusals import shown

LONGEST_NAME = 64
_LIST = ("这里应是一个列表。", "A list belongs here.")
_TWO = ("应为 { zh = …, en = … }。", "Here belongs { zh = …, en = … }.")
MOST_LIKENED = 100
"""For so many problems the nearest right name is looked for: hostile text may have thousands."""


class Reader:
    """Reads one document; problems gather in `problems`, a wrong value is read as None."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def report(self, code: str, path: str, zh: str, en: str, hint: Text | None = None) -> None:
        """Note an error at a path."""
        place = Place(source=self.source, path=path)
        self.problems.append(Problem(code=code, sentence=Text(zh=zh, en=en), place=place, hint=hint))

    def struct(self, kind: type[msgspec.Struct], given: Any, path: str, code: str | None = None) -> Any:  # noqa: ANN401 any TOML value in, an instance of `kind` or None out
        """Return a struct from a table; `code` is its key in the table around it."""
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        if not isinstance(given, Mapping):
            listed = ", ".join(fields)
            right = Text(zh=f"字段有 {listed}。", en=f"Its fields are {listed}.")
            self.report("not_a_table", path, "这里应是一个表。", "A table belongs here.", right)
            return None
        coded = code is not None and "code" in fields
        values: dict[str, Any] = {"code": code} if coded else {}
        for name, value in given.items():
            strange = name not in fields or isinstance(value, str)
            inside = of_parameter(name, given) if "params" in fields and strange else None
            if name not in fields or (coded and name == "code"):
                self.unknown("unknown_field", _joined(path, name), name, list(fields), inside)
                continue
            if inside and fields[name].type is Text and isinstance(value, str):
                self.report("not_two_languages", _joined(path, name), *_TWO, inside)
                values[fields[name].name] = Text(zh="", en="")
                continue
            values[fields[name].name] = self.value(fields[name].type, value, _joined(path, name))
        for name, field in fields.items():
            if field.name not in values and field.required:
                self.report("missing_field", _joined(path, name), "缺少这一项。", "This is missing.")
                values[field.name] = None
        return kind(**values)

    def unknown(self, code: str, path: str, name: str, known: Sequence[str], right: Text | None = None) -> None:
        """Note a name that does not exist, with what would be right, else the nearest one that does."""
        what = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        hint = right or instead_of(name[:LONGEST_NAME], known) if len(self.problems) < MOST_LIKENED else None
        self.report(code, path, f"没有“{what}”。", f"There is no “{what}”.", hint)

    def value(self, wanted: Any, given: Any, path: str) -> Any:  # noqa: ANN401 any TOML value in, a value of the wanted type out
        """Return a value as its declared type asks."""
        origin = get_origin(wanted)
        if origin is Annotated:
            return self._short(get_args(wanted), given, path)
        if origin in {types.UnionType, Union}:
            kinds = [arg for arg in get_args(wanted) if arg is not type(None)]
            words = (arg for arg in kinds if get_origin(arg) is Literal and isinstance(given, str))
            return self.value(next(words, kinds[0]), given, path)
        if origin is tuple:
            return self._tuple(get_args(wanted)[0], given, path)
        if origin is dict:
            key, kind = get_args(wanted)
            return self._dict(key, kind, given, path)
        if origin is Literal:
            return self._choice(get_args(wanted), given, path)
        if wanted is Any:
            return self._plain(given, path)
        return self._scalar(wanted, given, path)

    def _short(self, wanted: tuple[Any, str], given: Any, path: str) -> Any:  # noqa: ANN401 see value
        """Return what may be written shorter: a table of numbers as a list of names, a list of one text as the text."""
        inner, shorter = wanted
        if shorter == "list" and isinstance(given, list):
            given = dict.fromkeys(self._names(given, path), 1)
        elif shorter == "list" and isinstance(given, str):
            self.report("not_a_list", path, *_LIST, of_list(path, given))
            return {}
        elif shorter == "text" and isinstance(given, str):
            given = [given]
        return self.value(inner, given, path)

    def _names(self, given: list[Any], path: str) -> list[str]:
        """Return a list of different names, refusing what is none."""
        for number, name in enumerate(given):
            if not isinstance(name, str):
                self.report("wrong_type", f"{path}[{number}]", "应为文字。", "Here belongs text.")
            elif name in given[:number]:
                self.report("twice", f"{path}[{number}]", f"“{name}”写了两次。", f"“{name}” is written twice.")
        return [name for name in given if isinstance(name, str)]

    def _tuple(self, wanted: Any, given: Any, path: str) -> tuple[Any, ...]:  # noqa: ANN401 see value
        if not isinstance(given, list):
            self.report("not_a_list", path, *_LIST, of_list(path, given) if isinstance(given, str) else None)
            return ()
        return tuple(self.value(wanted, value, f"{path}[{number}]") for number, value in enumerate(given))

    def _dict(self, key: Any, wanted: Any, given: Any, path: str) -> dict[Any, Any]:  # noqa: ANN401 see value
        if not isinstance(given, Mapping):
            self.report("not_a_table", path, "这里应是一个表。", "A table belongs here.", of_table(path, given))
            return {}
        named = isinstance(wanted, type) and issubclass(wanted, msgspec.Struct) and wanted is not Text
        result = {}
        for name, value in given.items():
            at = _joined(path, name)
            held = self.struct(wanted, value, at, name) if named else self.value(wanted, value, at)
            if key is not int:
                result[name] = held
            elif name.isdecimal():
                result[int(name)] = held
            else:
                self.report("not_whole", at, "应为整数。", "A whole number belongs here.")
        return result

    def _choice(self, allowed: tuple[Any, ...], given: Any, path: str) -> Any:  # noqa: ANN401 see value
        if given not in allowed:
            self.unknown("unknown_choice", path, str(given), [str(word) for word in allowed])
            return allowed[0]
        return given

    def _plain(self, given: Any, path: str) -> Any:  # noqa: ANN401 see value
        """Return a parameter as written, refusing what is no exact number anywhere inside it."""
        if isinstance(given, Mapping):
            return {name: self._plain(value, _joined(path, name)) for name, value in given.items()}
        if isinstance(given, list):
            return tuple(self._plain(value, f"{path}[{number}]") for number, value in enumerate(given))
        if isinstance(given, float):
            self._no_float(path)
            return 0
        return given

    def _scalar(self, wanted: Any, given: Any, path: str) -> Any:  # noqa: ANN401 see value
        if wanted is Text:
            return self._text(given, path)
        if wanted is Decimal:
            return self._decimal(given, path)
        if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
            return self.struct(wanted, given, path)
        if type(given) is not wanted:
            word = {str: ("文字", "text"), int: ("整数", "a whole number"), bool: ("true 或 false", "true or false")}[
                wanted
            ]
            right = of_whole(given) if wanted is int else None
            self.report("wrong_type", path, f"应为{word[0]}。", f"Here belongs {word[1]}.", right)
            return wanted()
        return given

    def _text(self, given: Any, path: str) -> Text:  # noqa: ANN401 see value
        if not (isinstance(given, Mapping) and set(given) == {"zh", "en"}):
            self.report("not_two_languages", path, *_TWO, of_pair(path, given))
            return Text(zh="", en="")
        if not (isinstance(given["zh"], str) and isinstance(given["en"], str)):
            self.report("wrong_type", path, "应为文字。", "Here belongs text.")
            return Text(zh="", en="")
        return Text(zh=given["zh"], en=given["en"])

    def _decimal(self, given: Any, path: str) -> Decimal:  # noqa: ANN401 see value
        if isinstance(given, float):
            self._no_float(path)
            return Decimal(0)
        try:
            return decimal(given)
        except (ValueError, TypeError, ArithmeticError):
            what = "{ … }" if isinstance(given, Mapping) else shown(str(given))
            self.report("not_exact", path, f"“{what}”不是数。", f"“{what}” is not a number.", of_number(given))
            return Decimal(0)

    def _no_float(self, path: str) -> None:
        hint = Text(zh='请加引号，例如 "0.60"。', en='Put it in quotes, for example "0.60".')
        self.report("float_refused", path, "不接受浮点数。", "Floating-point numbers are refused.", hint)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
