"""What the theme of a month achieved, with how sure that is and how it faded."""

from collections.abc import Iterator

from litestar import Response, get
from litestar.params import FromPath

from core.errors import NotFound
from core.language import current
from core.sheets.writing import Value, csv_bytes
from months.lookback.effect import Estimate
from months.queries.calendar import month_row
from months.queries.lookback.effect import CardEffect, Later, ThemeEffect, theme_effect
from months.queries.lookback.hall import public_months
from org.roles import Action
from web import show
from web.frame import Req, html
from web.pages.months.parts import month_choices, path_to
from web.sentences.lookback import EFFECT, WORDS
from web.sentences.teller import teller
from web.views.lookback import CardEffectView, EffectLine, EffectView

SEE = {"action": Action.SEE_HISTORY}
HALF = 50
TONES = {"better": "good", "worse": "warn", "none": ""}
say = teller(WORDS)


@get("/months/{month:int}/effect", opt=SEE)
async def effect_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show what the theme achieved."""
    await month_row(month)
    public = await public_months()
    frame = EffectView(
        title=EFFECT.read(current()),
        subtitle=show.month(month, current()),
        crumbs=path_to(month, EFFECT),
        months=month_choices(public, month),
        nothing=say("no_comparison"),
    )
    try:
        found = await theme_effect(month)
    except NotFound:
        return html(request, "effect.html", frame)
    return html(request, "effect.html", _view(frame, found))


@get("/months/{month:int}/effect/export", opt=SEE)
async def effect_file(month: FromPath[int]) -> Response[bytes]:
    """Return the same as CSV."""
    found = await theme_effect(month)
    words = ("card", "compare_head", "value_head", "low_head", "high_head", "units_head", "verdict_head", "left_head")
    rows = [(card.name.read(current()), *row) for card in found.cards for row in _plain(card)]
    headers = {"content-disposition": f'attachment; filename="theme-effect-{month}.csv"'}
    content = csv_bytes([tuple(say(word) for word in words), *rows])
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _plain(card: CardEffect) -> Iterator[tuple[Value, ...]]:
    """Yield what the page says of a card as numbers that a spreadsheet reckons with; what is left in per cent."""
    told = ((say("against_kpis", n=card.others), card.inside), (say("against_units"), card.outside))
    found: list[tuple[str, Estimate, int | None]] = [(name, one, None) for name, one in told if one is not None]
    found += [
        (say("after", n=one.months, month=show.month(one.month, current())), one.estimate, one.left)
        for one in card.later
    ]
    for name, one, left in found:
        numbers = (show.scaled(cents, 2) for cents in (one.cents, one.low, one.high))
        yield (name, *numbers, one.units, say(one.verdict), left)


def _view(frame: EffectView, found: ThemeEffect) -> EffectView:
    reader = current()
    comma = "、" if reader == "zh" else ", "
    outside = comma.join(name.read(reader) for name in found.outside)
    return EffectView(
        title=frame.title,
        subtitle=say(
            "effect_sub",
            month=show.month(found.month, reader),
            theme=found.theme or "–",
            base=comma.join(show.month(month, reader) for month in found.base),
        ),
        crumbs=frame.crumbs,
        months=frame.months,
        cards=tuple(map(_card, found.cards)),
        how=(say("how_1"), say("how_2"), say("how_3", kinds=outside) if outside else say("how_4")),
        export_href=f"/months/{found.month}/effect/export" if found.cards else "",
        nothing="" if found.cards else say("too_few"),
    )


def _card(card: CardEffect) -> CardEffectView:
    comma = "、" if current() == "zh" else ", "
    verdict = card.inside.verdict if card.inside else "none"
    gap = _points(abs(card.inside.cents)) if card.inside else ""
    return CardEffectView(
        name=card.name.read(current()),
        kpis=say("kpis", list=comma.join(name.read(current()) for _, name in card.kpis)),
        sentence=say(f"effect_{verdict}", n=gap),
        lines=_lines(card),
        later=tuple(_later(one) for one in card.later),
        later_sentence=_faded(card),
    )


def _lines(card: CardEffect) -> tuple[EffectLine, ...]:
    told = ((say("against_kpis", n=card.others), card.inside), (say("against_units"), card.outside))
    return tuple(_line(name, one) for name, one in told if one is not None)


def _later(one: Later) -> EffectLine:
    name = say("after", n=one.months, month=show.month(one.month, current()))
    return _line(name, one.estimate, say("left", n=one.left) if one.left is not None else "–")


def _line(name: str, one: Estimate, left: str = "") -> EffectLine:
    return EffectLine(
        name=name,
        value=show.signed(show.scaled(one.cents, 2), 2, current()),
        interval=say("interval", low=_signed(one.low), high=_signed(one.high)),
        units=show.number(one.units, 0, current()),
        verdict=say(one.verdict),
        tone=TONES[one.verdict],
        left=left,
    )


def _faded(card: CardEffect) -> str:
    """Return after how many months less than half of a shown effect was left."""
    told = [one for one in card.later if one.left is not None]
    if not told or card.inside is None or card.inside.verdict != "better":
        return ""
    fallen = next((one for one in told if (one.left or 0) < HALF), None)
    return say("faded_half", n=fallen.months) if fallen else say("faded_not", n=told[-1].months)


def _points(cents: int) -> str:
    return show.number(show.scaled(cents, 2), 2, current())


def _signed(cents: int) -> str:
    return show.signed(show.scaled(cents, 2), 2, current())


HANDLERS = (effect_page, effect_file)
