"""Themes and their activities in plain words: what weighs more in a month, and what is to be done besides."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Protocol

from core.language import Text
from core.points import said_text
from scoring.book_parts import Theme
from scoring.method_words import listed
from scoring.rulebook import RuleBook

CHECKERS: Mapping[str, Text] = {
    "manager": Text(zh="上级管理者审核", en="checked by a manager above"),
    "organiser": Text(zh="竞赛组织者审核", en="checked by the organisers"),
}
MODES: Mapping[str, Text] = {
    "renormalise": Text(
        zh="其余权重按比例缩小，合计仍为100", en="the other weights shrink in proportion, the sum stays 100"
    ),
    "bonus": Text(zh="作为加分计入", en="counted on top"),
}


class Doing(Protocol):
    """An activity, of a theme or of a plan."""

    @property
    def name(self) -> Text: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def points(self) -> Decimal: ...
    @property
    def cap(self) -> Decimal | None: ...
    @property
    def evidence(self) -> bool: ...
    @property
    def checker(self) -> str: ...


def theme_words(book: RuleBook, theme: Theme) -> Iterator[Text]:
    """Yield the sentences of the theme of a month."""
    yield Text(zh="本月主题：{words}", en="Theme of the month: {words}").format(words=_theme(book, theme))
    yield from (activity_words(book, activity) for activity in theme.activities.values())


def all_themes(book: RuleBook) -> Iterator[Text]:
    """Yield the themes of a rule book, each with its activities."""
    for theme in book.themes.values():
        yield _theme(book, theme)
        for activity in theme.activities.values():
            words = activity_words(book, activity)
            yield Text(zh=f"{theme.name.zh}：{words.zh}", en=f"{theme.name.en}: {words.en}")


def _theme(book: RuleBook, theme: Theme) -> Text:
    mode, doubled = MODES[theme.mode], listed([book.kpis[code].name for code in theme.doubled])
    if not theme.doubled:
        return Text(zh=f"{theme.name.zh}。", en=f"{theme.name.en}.")
    times = said_text(theme.multiplier)
    return Text(
        zh=f"{theme.name.zh}。下列指标权重乘以{times}，{mode.zh}：{doubled.zh}。",
        en=f"{theme.name.en}. The weight of these KPIs is multiplied by {times}, {mode.en}: {doubled.en}.",
    )


def activity_words(book: RuleBook, one: Doing) -> Text:
    """Return what is to be done by whom, what it brings, and who checks it."""
    kinds = listed([book.kinds[code].name for code in one.kinds if code in book.kinds])
    each = said_text(one.points, 2)
    zh, en = [f"每次有效登记 {each} 分"], [f"{each} points for each valid record"]
    if not one.points:
        zh, en = ["不计分"], ["brings no points"]
    if one.cap is not None:
        most = said_text(one.cap, 2)
        zh.append(f"每月封顶 {most} 分")
        en.append(f"at most {most} a month")
    if one.evidence:
        zh.append("要附证明材料")
        en.append("each with evidence")
    checker = CHECKERS[one.checker]
    who = Text(zh=f"（{kinds.zh}）", en=f" ({kinds.en})") if kinds.zh else Text(zh="", en="")
    return Text(
        zh=f"{one.name.zh}{who.zh}：{'，'.join([*zh, checker.zh])}。",
        en=f"{one.name.en}{who.en}: {', '.join([*en, checker.en])}.",
    )
