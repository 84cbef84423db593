"""`shifen user`: accounts, passwords and roles. Outside the demo the first account is made here."""

import secrets
from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path

from core.database import transaction
from core.errors import Invalid, problem
from core.language import Text, current
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser
from ops.person import operator
from org import queries
from org.operations import accounts
from org.roles import NAMES, Role

ABOUT = Text(zh="账号、口令与角色", en="accounts, passwords and roles")
GENERATED_BYTES = 12


def add_arguments(parser: Parser) -> None:
    """Take what to do and to whom."""
    parser.say("step", Text(
        zh="add 新建、name-en 设英文姓名、password 设口令、grant 授予角色、disable 停用、enable 启用、list 列出", en="what to do",
    ), choices=tuple(STEPS))  # fmt: skip
    parser.say("username", Text(zh="用户名", en="user name"), nargs="?", default="")
    parser.say("--name", Text(zh="显示的姓名", en="name that is shown"))
    parser.say("--name-en", Text(zh="英文页面显示的姓名", en="name that English pages show"))
    parser.say("--unit", Text(zh="所属单位代码", en="code of the unit the person is"), metavar="CODE")
    parser.say("--role", Text(zh="角色", en="role"), choices=tuple(role.value for role in Role), metavar="ROLE")
    parser.say("--scope", Text(zh="角色所及的单位代码", en="code of the unit that the role reaches"), metavar="CODE")
    parser.say("--why", Text(zh="原因", en="why"), default="")
    parser.say(
        "--password-file",
        Text(
            zh="口令所在的文件；缺省则生成一个并要求首次登录时更改",
            en="file with the password; otherwise one is made, to be changed at the first sign-in",
        ),
        type=Path,
        metavar="FILE",
    )


def run(args: Namespace) -> int:
    """Do one step."""
    if args.step != "list" and not args.username:
        print(Text(zh="请给出用户名。", en="Give a user name."))
        return 2

    async def work(_settings: Settings) -> int:
        await STEPS[args.step](args)
        return 0

    return with_database(work)


async def _add(args: Namespace) -> None:
    given, password = _password(args)
    async with transaction():  # an account without its role would stand in the way of the next try
        await accounts.create_account(
            actor=operator(),
            username=args.username,
            display_name=args.name or args.username,
            name_en=args.name_en,
            unit_code=args.unit,
            password=password,
            language=current(),
            must_change=not given,
        )
        if args.role:
            await _grant(args)
    _tell(password, given=given)


async def _set_english_name(args: Namespace) -> None:
    await accounts.set_english_name(actor=operator(), username=args.username, name_en=args.name_en)


async def _set_password(args: Namespace) -> None:
    given, password = _password(args)
    await accounts.set_password(actor=operator(), username=args.username, password=password, must_change=not given)
    _tell(password, given=given)


async def _grant(args: Namespace) -> None:
    if not (args.scope or args.unit):
        zh, en = "请用 --scope 给出角色所及单位的代码。", "Name the unit that the role reaches with --scope."
        raise Invalid(problem("no_scope", zh, en))
    await accounts.grant(
        actor=operator(), username=args.username, role=Role(args.role), unit_code=args.scope or args.unit
    )


async def _disable(args: Namespace) -> None:
    await accounts.disable_account(actor=operator(), username=args.username, why=args.why)


async def _enable(args: Namespace) -> None:
    await accounts.enable_account(actor=operator(), username=args.username, why=args.why)


async def _list(_args: Namespace) -> None:
    after = ""
    while page := await queries.accounts(after, 200):
        for account in page:
            held = [f"{NAMES[grant.role]}" for grant in await queries.grants_of(account.id)]
            state = Text(zh="停用", en="disabled") if account.disabled else ""
            print("\t".join((account.username, str(account.name), ", ".join(held), str(state))))
        after = page[-1].username


def _password(args: Namespace) -> tuple[bool, str]:
    """Return whether a password was given, and it or a new one."""
    if args.password_file:
        return True, args.password_file.read_text(encoding="utf-8").strip()
    return False, secrets.token_urlsafe(GENERATED_BYTES)


def _tell(password: str, *, given: bool) -> None:
    if not given:
        print(Text(zh=f"口令(只显示一次):{password}", en=f"Password (shown once): {password}"))


STEPS: dict[str, Callable[[Namespace], Awaitable[None]]] = {
    "add": _add,
    "name-en": _set_english_name,
    "password": _set_password,
    "grant": _grant,
    "disable": _disable,
    "enable": _enable,
    "list": _list,
}
