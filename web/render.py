"""Templates and values become a page; an undefined value is an error and every value is escaped."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.language import Language
from web import assets, show
from web.catalogue import translations
from web.charts import curve, radar, small, strips, waterfall
from web.views.shell import Page

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment(language: Language) -> Environment:
    """Return the templates of one language, with its words and its way of writing numbers and dates."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
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


def rendered(template: str, page: Page, view: object) -> str:
    """Return the whole page as HTML."""
    return environment(page.language).get_template(template).render(page=page, view=view, assets=assets.digest())
