"""`shifen close`: propose or approve the closing of a month, by two different people; publish it."""

import sys
from argparse import Namespace

from core.language import Text
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser, service_month
from ops.person import Person, add_person_arguments, person
from org.roles import Action

ABOUT = Text(zh="提议、批准关闭服务月，或公布结果", en="propose or approve the closing of a month, or publish it")
ACTIONS = {
    "propose": Action.PROPOSE_CLOSE,
    "approve": Action.APPROVE_CLOSE,
    "withdraw": Action.PROPOSE_CLOSE,
    "publish": Action.PUBLISH_MONTH,
    "reopen": Action.REOPEN_MONTH,
}


def add_arguments(parser: Parser) -> None:
    """Take the month, the step and the person."""
    parser.say("month", Text(zh="服务月，如 202611", en="service month, such as 202611"), type=service_month)
    parser.say(
        "step",
        Text(zh="propose 提议、approve 批准、withdraw 撤回、publish 公布、reopen 重新打开", en="what to do"),
        choices=tuple(ACTIONS),
    )
    add_person_arguments(parser)
    parser.say(
        "--waive",
        Text(zh="书面放行的软性理由，可多次给出", en="soft reason that is waived; may be given several times"),
        action="append",
        default=[],
        metavar="KEY",
    )
    parser.say("--why", Text(zh="放行或重新打开的原因", en="why it is waived, or opened again"))


def run(args: Namespace) -> int:
    """Do one step of the closing."""

    async def work(_settings: Settings) -> int:
        who = await person(args, ACTIONS[args.step])
        await _step(args, who)
        return 0

    return with_database(work)


async def _tell(done: int, of: int, phase: Text) -> None:
    """Say how far the closing is, beside the result."""
    print(f"{done + 1}/{of} {phase}", file=sys.stderr, flush=True)


async def _step(args: Namespace, who: Person) -> None:
    from months.operations import closing, releasing, reopening

    if args.step == "propose":
        await closing.propose_close(month=args.month, actor=who.actor, waivers=args.waive, why=args.why)
        print(Text(zh="已提议关闭，须由另一人批准。", en="Proposed; somebody else must approve it."))
    elif args.step == "approve":
        closed = await closing.approve_close(month=args.month, actor=who.actor, tell=_tell)
        print(
            Text(zh=f"已关闭 {closed.month}，摘要 {closed.digest}", en=f"Closed {closed.month}, digest {closed.digest}")
        )
    elif args.step == "withdraw":
        await closing.withdraw_proposal(month=args.month, actor=who.actor)
        print(Text(zh="提议已撤回。", en="The proposal is withdrawn."))
    elif args.step == "reopen":
        await reopening.reopen(month=args.month, why=args.why or "", actor=who.actor)
        print(Text(zh="已重新打开，再次关账成为新的一版。", en="It is open again; the next closing is a new version."))
    else:
        await releasing.release(month=args.month, actor=who.actor)
        print(Text(zh=f"{args.month} 已公布。", en=f"{args.month} is published."))
