"""Formulas of a rule book in plain words, with the names that people know."""

from collections.abc import Mapping
from typing import Any

from core.errors import Invalid
from core.language import Text
from scoring.formula.parser import Parser
from scoring.formula.syntax import Kind
from scoring.formula.wording import words_of
from scoring.number_words import number

NAMES: Mapping[str, Text] = {
    "value": Text(zh="数值", en="value"),
    "num": Text(zh="分子", en="numerator"),
    "den": Text(zh="分母", en="denominator"),
    "sample": Text(zh="样本", en="sample"),
    "previous": Text(zh="上期数值", en="earlier value"),
}


def formula_words(given: Mapping[str, Any]) -> Text:
    """Return the formula of a KPI in words, its constants as numbers; as written where it cannot be read."""
    constants = {name: number(value) for name, value in given.get("constants", {}).items()}
    named = {**NAMES, **{name: Text(zh=told, en=told) for name, told in constants.items()}}
    return told(str(given.get("formula", "")), named)


def told(text: str, named: Mapping[str, Text]) -> Text:
    """Return a formula over named codes in words; as written where it cannot be read."""
    names: dict[str, Kind] = dict.fromkeys(named, "number")
    try:
        return words_of(Parser(text, names, "formula").whole(None), named)  # without the columns, that pages need not
    except Invalid:
        return Text(zh=text, en=text)
