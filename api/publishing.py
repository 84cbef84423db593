"""Publishing rules by two people: proposals, and the decision of somebody else."""

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.drafts import EDIT, MEDIA_TYPE, SEE
from api.imports import attachment
from api.schemas import Month, Number, PathNumber, Words
from api.schemas import month as checked
from months.operations import publishing as operations
from months.queries import publishing as queries
from months.queries.publishing import ProposalRow
from org.roles import Action

APPROVE = {"action": Action.APPROVE_RULES}


class RulesProposal(msgspec.Struct, forbid_unknown_fields=True):
    """A draft as its proposer has seen it, the first month it is to hold for, and why."""

    revision: Number
    month: Month
    why: Words


class Rejection(msgspec.Struct, forbid_unknown_fields=True):
    """Why a proposal is sent back."""

    reason: Words


class Published(msgspec.Struct):
    """The version that a proposal became."""

    rule_book_id: int
    version: int
    month: int


@post("/api/v1/drafts/{draft_id:int}/proposals", opt=EDIT, status_code=201, tags=["rules"])
async def propose(request: Req, draft_id: PathNumber, data: JSONBody[RulesProposal]) -> Response[ProposalRow]:
    """Put a draft before a second person, to hold from a month on."""

    async def effect() -> ProposalRow:
        number = await operations.propose_rules(
            draft_id=draft_id,
            revision=data.revision,
            month=checked(data.month),
            why=data.why,
            actor=request.state.actor,
        )
        return await queries.proposal(number)

    return await once(request, effect, 201)


@get("/api/v1/rule-proposals", opt=SEE, tags=["rules"])
async def every_proposal() -> list[ProposalRow]:
    """List the proposals, the open ones first."""
    return list(await queries.proposals())


@get("/api/v1/rule-proposals/{proposal_id:int}", opt=SEE, tags=["rules"])
async def one_proposal(proposal_id: PathNumber) -> ProposalRow:
    """Return one proposal."""
    return await queries.proposal(proposal_id)


@get("/api/v1/rule-proposals/{proposal_id:int}/file", opt=SEE, tags=["rules"])
async def proposed_file(proposal_id: PathNumber) -> Response[bytes]:
    """Return the rules as they were proposed: what is approved is this and nothing else."""
    text = await queries.proposal_text(proposal_id)
    return attachment(text.encode(), f"shifen-rules-proposal-{proposal_id}.toml", MEDIA_TYPE)


@post("/api/v1/rule-proposals/{proposal_id:int}/approval", opt=APPROVE, status_code=200, tags=["rules"])
async def approve(request: Req, proposal_id: PathNumber) -> Response[Published]:
    """Publish the proposed rules as a version, as the second person."""

    async def effect() -> Published:
        number = await operations.approve_rules(proposal_id=proposal_id, actor=request.state.actor)
        found = await queries.proposal(proposal_id)
        return Published(rule_book_id=number, version=found.version or 0, month=found.month)

    return await once(request, effect)


@post("/api/v1/rule-proposals/{proposal_id:int}/rejection", opt=APPROVE, status_code=200, tags=["rules"])
async def reject(request: Req, proposal_id: PathNumber, data: JSONBody[Rejection]) -> Response[ProposalRow]:
    """Send a proposal back with the reason, as the second person."""

    async def effect() -> ProposalRow:
        await operations.reject_rules(proposal_id=proposal_id, reason=data.reason, actor=request.state.actor)
        return await queries.proposal(proposal_id)

    return await once(request, effect)


@post("/api/v1/rule-proposals/{proposal_id:int}/withdrawal", opt=EDIT, status_code=200, tags=["rules"])
async def withdraw(request: Req, proposal_id: PathNumber) -> Response[ProposalRow]:
    """Take one's own proposal back."""

    async def effect() -> ProposalRow:
        await operations.withdraw_rules(proposal_id=proposal_id, actor=request.state.actor)
        return await queries.proposal(proposal_id)

    return await once(request, effect)


HANDLERS = (propose, every_proposal, one_proposal, proposed_file, approve, reject, withdraw)
