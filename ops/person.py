"""Who acts on the command line: the machine's operator, or a person who proves it with the password."""

import getpass
from argparse import Namespace
from pathlib import Path

import msgspec

from core.audit import Actor
from core.errors import NotAllowed, problem
from core.language import Text
from ops.parser import Parser
from org import queries
from org.operations import sessions
from org.organisation import Organisation
from org.roles import Action
from org.visibility import Viewer, may


class Person(msgspec.Struct, frozen=True):
    """Somebody with an account, and the organisation of today."""

    actor: Actor
    viewer: Viewer
    organisation: Organisation


def operator() -> Actor:
    """Return the one at the machine, who has no account: what only machines and their keepers do is written down under it."""
    return Actor(None, f"cli:{getpass.getuser()}"[:64])


def add_person_arguments(parser: Parser) -> None:
    """Take the name of the one who acts, and where the password stands."""
    parser.say(
        "--as",
        Text(zh="执行人的用户名", en="user name of the one who acts"),
        dest="username",
        required=True,
        metavar="NAME",
    )
    parser.say(
        "--password-file",
        Text(zh="口令所在的文件；缺省为在终端询问", en="file with the password; it is asked for otherwise"),
        type=Path,
        metavar="FILE",
    )


async def person(args: Namespace, action: Action) -> Person:
    """Return the person that the arguments name; raise unless the password is right and the action is theirs."""
    signed = await sessions.sign_in(username=args.username, password=password(args), agent="shifen")
    await sessions.sign_out(secret=signed.secret)
    viewer = await queries.viewer(signed.account)
    organisation = await queries.organisation()
    if not may(viewer, action, None, organisation):
        raise NotAllowed(problem("not_allowed", "您没有此项权限。", "You have no right to this."))
    return Person(Actor(signed.account.id, signed.account.username), viewer, organisation)


def password(args: Namespace) -> str:
    """Return the password from the file that was named, else from the terminal."""
    if args.password_file:
        return str(args.password_file.read_text(encoding="utf-8").strip())
    return getpass.getpass(str(Text(zh="口令：", en="Password: ")))
