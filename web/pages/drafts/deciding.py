"""A proposal before its second person, and two rule books held against each other."""

from collections.abc import Awaitable

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import months.operations.publishing
import months.queries.publishing
import months.queries.simulations
import scoring.queries.drafts
import scoring.queries.rules
from core.clock import now
from core.errors import NotFound, ShifenError
from core.language import current
from months.queries.publishing import ProposalRow
from org.roles import Action
from scoring.queries.rules import RuleBookRow, Rules
from scoring.rulebook import RuleBook
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html, said
from web.numbers import whole
from web.pages.drafts.parts import (
    APPROVE,
    DECISIONS,
    EDIT,
    MOST_ROWS,
    SEE,
    crumbs,
    difference_rows,
    findings,
    say,
    trial_lines,
    words,
)
from web.views.drafts import DifferencesView, ProposalView
from web.views.shell import Choice, Fact, Link


@get("/rule-proposals/{proposal_id:int}", opt=SEE)
async def proposal_page(request: Req, proposal_id: FromPath[int]) -> Response[str]:
    """Show one proposal."""
    return await _page(request, proposal_id)


async def _page(request: Req, proposal_id: int, refusal: ShifenError | None = None) -> Response[str]:
    row = await months.queries.publishing.proposal(proposal_id)
    checked = await scoring.queries.drafts.checked_text(await months.queries.publishing.proposal_text(proposal_id))
    held = await _held_otherwise(row)
    rows, count = difference_rows(await _book(held.rule_book_id), checked.book) if checked.book else ((), 0)
    can, own = allowed(request.state.viewer), row.proposed_by == request.state.viewer.account_id
    reader, month = current(), show.month(row.month, current())
    numbers = {one.id: one.version for one in await scoring.queries.rules.rule_books()}
    trials = await months.queries.simulations.simulations(row.draft_id) if row.draft_id else ()
    view = ProposalView(
        words=words(),
        crumbs=crumbs((row.name, "")),
        key=proposal_id,
        title=row.name,
        subtitle=say("holds_from", month=month),
        state=say(row.decision or "waits"),
        tone=DECISIONS[row.decision],
        facts=_facts(row),
        why=row.why,
        reason=row.reason or "",
        against=say("against", number=numbers.get(held.rule_book_id, 0)),
        rows=rows,
        more=say("only_first", n=MOST_ROWS) if count > MOST_ROWS else "",
        findings=findings(checked.problems),
        trials=trial_lines(trials),
        links=_links(row),
        approve=say("approve", month=month),
        own=own and row.decision is None,
        may_decide=Action.APPROVE_RULES in can and not own and row.decision is None,
        may_withdraw=Action.EDIT_RULES in can and own and row.decision is None,
        error=" ".join(one.sentence.read(reader) for one in refusal.problems) if refusal else "",
    )
    return html(request, "proposal.html", view, refusal.status if refusal else 200)


async def _held_otherwise(row: ProposalRow) -> Rules:
    """Return the rules that hold for the month without the proposal: for an approved one those before it."""
    rules = await scoring.queries.rules.rules_of(row.month)
    if row.decision != "approved":
        return rules
    before = [one for one in await months.queries.publishing.effects() if one.month < row.month]
    return await scoring.queries.rules.rules_of(before[0].month or 200001) if before else rules


async def _book(rule_book_id: int) -> RuleBook:
    """Return a version as it was written."""
    text = await scoring.queries.rules.rule_book_text(rule_book_id)
    found = (await scoring.queries.drafts.checked_text(text)).book
    return found or await scoring.queries.rules.rule_book(rule_book_id)


def _facts(row: ProposalRow) -> tuple[Fact, ...]:
    reader = current()
    facts = [
        Fact(say("from_month"), show.month(row.month, reader)),
        Fact(
            say("state"), say("proposed_by", who=row.proposed_by_name or "–", when=show.moment(row.proposed_at, reader))
        ),
        Fact(say("fingerprint"), f"{row.fingerprint[:16]}…"),
    ]
    if row.decided_at is not None:
        when = say("decided_by", who=row.decided_by_name or "–", when=show.moment(row.decided_at, reader))
        facts.append(Fact(say("decision"), f"{say(row.decision or 'waits')} · {when}"))
    if row.version is not None:
        facts.append(Fact(say("version", number=row.version), say("became", number=row.version)))
    return tuple(facts)


def _links(row: ProposalRow) -> tuple[Link, ...]:
    links = [Link(say("export"), f"/api/v1/rule-proposals/{row.id}/file", "file-down")]
    if row.draft_id is not None:
        links.append(Link(say("see_draft"), f"/drafts/{row.draft_id}", "pencil"))
    if row.rule_book_id is not None:
        links.append(Link(say("sentences"), f"/rules/compare?to={row.rule_book_id}", "git-compare"))
    return tuple(links)


@post("/rule-proposals/{proposal_id:int}/approve", opt=APPROVE, status_code=303)
async def approve(request: Req, proposal_id: FromPath[int]) -> Response[str] | Redirect:
    """Publish the rules, as the second person."""
    work = months.operations.publishing.approve_rules(proposal_id=proposal_id, actor=request.state.actor, at=now())
    return await _decided(request, proposal_id, work, "rules_approved")


@post("/rule-proposals/{proposal_id:int}/reject", opt=APPROVE, status_code=303)
async def reject(request: Req, proposal_id: FromPath[int]) -> Response[str] | Redirect:
    """Send the rules back, as the second person."""
    sent = await form_of(request)

    async def work() -> None:
        await months.operations.publishing.reject_rules(
            proposal_id=proposal_id, reason=sent.text("reason", 500), actor=request.state.actor
        )

    return await _decided(request, proposal_id, work(), "rules_rejected")


@post("/rule-proposals/{proposal_id:int}/withdraw", opt=EDIT, status_code=303)
async def withdraw(request: Req, proposal_id: FromPath[int]) -> Response[str] | Redirect:
    """Take one's own proposal back."""
    work = months.operations.publishing.withdraw_rules(proposal_id=proposal_id, actor=request.state.actor)
    return await _decided(request, proposal_id, work, "rules_withdrawn")


async def _decided(request: Req, proposal_id: int, work: Awaitable[object], code: str) -> Response[str] | Redirect:
    try:
        await work
    except NotFound:
        raise
    except ShifenError as refusal:
        return await _page(request, proposal_id, refusal)
    return said(f"/rule-proposals/{proposal_id}", code)


@get("/rules/differences", opt=SEE)
async def differences_page(request: Req) -> Response[str]:
    """Show every value that differs between two versions or drafts; without a wish between the newest two versions."""
    books = await scoring.queries.rules.rule_books()
    sides = await _sides(books)
    usual = [f"v{one.id}" for one in books]
    wishes = [request.query_params.get(name, "") for name in ("from", "to")]
    before = wishes[0] if wishes[0] in sides else usual[min(1, len(usual) - 1)] if usual else ""
    after = wishes[1] if wishes[1] in sides else usual[0] if usual else ""
    one, other = await _side(before), await _side(after)
    rows, count = difference_rows(one, other) if one and other else ((), 0)
    linked = before.startswith("v") and after.startswith("v")
    view = DifferencesView(
        words=words(),
        crumbs=crumbs((say("compare"), "")),
        before=tuple(Choice(code, label, code == before) for code, label in sides.items()),
        after=tuple(Choice(code, label, code == after) for code, label in sides.items()),
        tally=say("tally", n=count) if count else say("no_changes"),
        rows=rows,
        more=say("only_first", n=MOST_ROWS) if count > MOST_ROWS else "",
        links=(Link(say("sentences"), f"/rules/compare?from={before[1:]}&to={after[1:]}", "book-open"),)
        if linked
        else (),
        error="" if one and other else say("cannot_read"),
    )
    return html(request, "rules_differences.html", view)


async def _sides(books: list[RuleBookRow]) -> dict[str, str]:
    """Return what can be compared: versions by v and number, drafts by d and number."""
    sides = {f"v{one.id}": say("version_since", number=one.version, since=one.created_at[:10]) for one in books}
    drafts = await scoring.queries.drafts.drafts()
    return sides | {
        f"d{one.id}": f"{say('draft')} {one.name} · {say('revision', number=one.revision)}" for one in drafts
    }


async def _side(code: str) -> RuleBook | None:
    number = whole(code[1:])
    if number is None:
        return None
    if code.startswith("v"):
        return await _book(number)
    return (await scoring.queries.drafts.checked_text((await scoring.queries.drafts.draft(number)).text)).book


HANDLERS = (proposal_page, approve, reject, withdraw, differences_page)
