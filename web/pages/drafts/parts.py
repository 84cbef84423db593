"""What the pages of drafts share: words, lines of lists, findings, values before and after."""

from collections.abc import Iterable, Sequence

from core.errors import Problem, ShifenError
from core.language import current
from months.queries.publishing import ProposalRow
from months.queries.simulations import SimulationRow
from org.roles import Action
from scoring.book_difference import differences
from scoring.method_words import method_name
from scoring.rulebook import RuleBook
from web import show
from web.frame import Req, allowed
from web.sentences.drafts import TABLES, WORDS
from web.sentences.editor import CHOICES
from web.sentences.editor import WORDS as EDITOR
from web.sentences.teller import teller
from web.views.drafts import DifferenceRow, DraftLine, Words
from web.views.shell import Check, Crumb, Link

say = teller(WORDS)
SEE, EDIT, APPROVE = ({"action": one} for one in (Action.SEE_DRAFTS, Action.EDIT_RULES, Action.APPROVE_RULES))
STATES = {"error": "no", "warning": "caution", "note": "plain"}
MOST_FINDINGS = 40
MOST_ROWS = 200
METHOD = EDITOR["method"]
TONES = {"done": "good", "failed": "bad", "working": "blue", "waiting": "blue", "cancelled": ""}
DECISIONS = {None: "warn", "approved": "good", "rejected": "bad", "withdrawn": ""}


def words() -> Words:
    """Return the plain words of the pages in the reader's language."""
    return Words({key: text.read(current()) for key, text in WORDS.items() if "{" not in text.zh})


def may_edit(request: Req) -> bool:
    """Tell whether the reader may change drafts."""
    return Action.EDIT_RULES in allowed(request.state.viewer)


def crumbs(*more: tuple[str, str]) -> tuple[Crumb, ...]:
    """Return the way to a page of drafts; the last step has no address."""
    steps = (Crumb(say("rules"), "/rules"), Crumb(say("drafts"), "/drafts"), *(Crumb(*one) for one in more))
    return (*steps[:-1], Crumb(steps[-1].label))


def faces(draft_id: int, here: str) -> tuple[Link, ...]:
    """Return the faces of a draft."""
    base = f"/drafts/{draft_id}"
    places = (("text_tab", base), ("card_tab", f"{base}/editor"), ("weights_tab", f"{base}/editor/weights"))
    return tuple(Link(say(word), href, current=word == here) for word, href in places)


def told(refusal: ShifenError | None, most: int = 3) -> str:
    """Return the first reasons of a refusal as one text."""
    return " ".join(one.read(current()) for one in refusal.problems[:most]) if refusal else ""


def findings(problems: Sequence[Problem]) -> tuple[Check, ...]:
    """Return what the checks found, each with its place."""
    return tuple(_finding(one) for one in problems[:MOST_FINDINGS])


def _finding(one: Problem) -> Check:
    reader, place = current(), one.place
    parts = (say("line", row=place.row) if place.row else "", place.path or "") if place else ()
    hint = one.hint.read(reader) if one.hint else ""
    where = " · ".join(part for part in parts if part)
    detail = f"{where} {hint}".strip() if hint else where
    return Check(show.full_width(one.sentence.read(reader)), detail, STATES[one.grade])


def tally(problems: Sequence[Problem]) -> str:
    """Return how much was found, by grade."""
    grades = [one.grade for one in problems]
    if not grades:
        return say("no_findings")
    return say("found", errors=grades.count("error"), warnings=grades.count("warning"), notes=grades.count("note"))


def trial_lines(rows: Iterable[SimulationRow]) -> tuple[DraftLine, ...]:
    """Return simulations as lines of a list."""
    return tuple(
        DraftLine(
            name=say("trial_of", revision=row.revision, n=len(row.months)),
            href=f"/simulations/{row.id}",
            under=f"{row.asked_by_name or '–'} · {show.moment(row.asked_at, current(), short=True)}",
            chip=say(row.state),
            tone=TONES[row.state],
        )
        for row in rows
    )


def proposal_lines(rows: Iterable[ProposalRow]) -> tuple[DraftLine, ...]:
    """Return proposals as lines of a list."""
    reader = current()
    return tuple(
        DraftLine(
            name=say("proposal_of", name=row.name, month=show.month(row.month, reader)),
            href=f"/rule-proposals/{row.id}",
            under=say(
                "proposed_by", who=row.proposed_by_name or "–", when=show.moment(row.proposed_at, reader, short=True)
            ),
            chip=say(row.decision or "waits"),
            tone=DECISIONS[row.decision],
        )
        for row in rows
    )


def difference_rows(one: RuleBook, other: RuleBook) -> tuple[tuple[DifferenceRow, ...], int]:
    """Return the first values that differ, and how many there are in all."""
    reader = current()
    found = differences(one, other)
    rows = tuple(
        DifferenceRow(
            table=TABLES[each.table].read(reader) if each.table in TABLES else each.table,
            about=each.about.read(reader),
            inside=METHOD.read(reader) if each.inside == "method" else each.inside,
            before=_in_words(each.inside, each.before or ""),
            after=_in_words(each.inside, each.after or ""),
        )
        for each in found[:MOST_ROWS]
    )
    return rows, len(found)


def _in_words(inside: str, value: str) -> str:
    """Return a value as the editor tells it: a method by its name, a choice by its words, all else as it is written."""
    if inside == "method":
        return method_name(value).read(current()) if value else ""
    return CHOICES[value].read(current()) if inside.startswith("params.") and value in CHOICES else value
