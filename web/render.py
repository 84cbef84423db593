"""Templates and values become a page; an undefined value is an error and every value is escaped."""

import re
from collections.abc import Callable, MutableMapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from core.language import Language, current
from web import assets, show
from web.catalogue import translations
from web.charts import curve, radar, small, strips, waterfall
from web.keys import fresh_key
from web.views.shell import Link, Page

TEMPLATES = Path(__file__).parent / "templates"


_WORDS = re.compile(r"\{\{ _\('([^'\\{}%]+)'\) \}\}")
_ICON = re.compile(r"\{\{ icon\('([a-z0-9-]+)'(?:, '([a-z]*)')?\) \}\}")


class Settled(FileSystemLoader):
    """Templates of one language in which what is the same on every page is written down already: plain words, icons."""

    def __init__(self, language: Language) -> None:
        super().__init__(TEMPLATES)
        self._words = translations(language)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's source, settled."""
        source, path, is_current = super().get_source(environment, template)
        source = _WORDS.sub(lambda found: str(escape(self._words.gettext(found[1]))), source)
        return _ICON.sub(_icon, source), path, is_current


def _icon(found: re.Match[str]) -> str:
    """Write an icon as the macro of the same name does."""
    use = f'<use href="/static/icons.svg#{found[1]}"/>'
    return f'<svg class="icon {found[2] or ""}" aria-hidden="true">{use}</svg>'


class Shared(Environment):
    """Templates that all see the same globals: one plain dict, which is copied and compared faster than a chain of two."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template."""
        return {**self.globals, **d} if d else self.globals


@cache
def environment(language: Language) -> Environment:
    """Return the templates of one language, with its words and its way of writing numbers and dates."""
    env = Shared(
        loader=Settled(language),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    env.filters.update(_filters(language))
    env.globals.update(
        header=header,
        fresh_key=fresh_key,
        tabbar=tabbar,
        bar=small.bar,
        sparkline=small.sparkline,
        heat_strip=small.heat_strip,
        heat_level=small.heat_level,
        stacked=small.stacked,
        radar=radar.radar,
        waterfall=waterfall.waterfall,
        curve=curve.curve,
        weight_strips=strips.weight_strips,
        split_strip=strips.split_strip,
        spread=strips.spread,
    )
    return env


def _filters(language: Language) -> dict[str, Any]:
    return {
        "num": lambda value, places=2: show.number(value, places, language),
        "signed": lambda value, places=2: show.signed(value, places, language),
        "day": lambda value, style="day": show.day(value, style, language),
        "moment": lambda value: show.moment(value, language),
        "short_moment": lambda value: show.moment(value, language, short=True),
        "month": lambda value: show.month(value, language),
    }


@lru_cache(maxsize=1024)
def header(page: Page) -> Markup:
    """Return the top of a page; the next page that the same session asks for at this address has the same."""
    return Markup(environment(page.language).get_template("_header.html").render(page=page))  # noqa: S704 - our own template, which escapes


def tabbar(page: Page) -> Markup:
    """Return the bar of a phone; readers with the same ways to go share it."""
    return _tabbar(page.language, page.nav, page.more, page.tabs)


@lru_cache(maxsize=1024)
def _tabbar(language: Language, nav: tuple[Link, ...], more: tuple[Link, ...], tabs: tuple[Link, ...]) -> Markup:
    page = Page(language=language, nav=nav, more=more, tabs=tabs)
    return Markup(environment(language).get_template("_tabbar.html").render(page=page))  # noqa: S704 - our own template, which escapes


def rendered(template: str, page: Page, view: object) -> str:
    """Return the whole page as HTML."""
    return environment(page.language).get_template(template).render(page=page, view=view, assets=assets.digest())


def fragment(template: str, **values: object) -> str:
    """Return a piece of a page in the reader's language; it knows nothing about the reader."""
    return environment(current()).get_template(template).render(**values)
