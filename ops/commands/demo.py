"""`shifen demo`: the invented company on this machine: servers, tables, a first month, pages, worker; the other months follow."""

import asyncio
import gc
import importlib
import os
import socket
import threading
from argparse import Namespace
from pathlib import Path

import msgspec
import uvloop

from core import database, log, settings, tables
from core.addresses import is_loopback
from core.errors import BadSetup, Problem
from core.language import Text, current
from core.settings import Settings
from ops import memory, tend
from ops.connect import pointed
from ops.embedded.pair import Pair
from ops.parser import Parser
from ops.progress import working

ABOUT = Text(zh="在本机运行虚构公司的演示", en="run the invented company on this machine")
ADDRESS_FILE = "demo-address"
UNDISTURBED_SECONDS = 2
"""So long the first page has the machine to itself; the worker and the other months begin after it."""


def add_arguments(parser: Parser) -> None:
    """Take nothing: the settings say where."""


def run(_args: Namespace) -> int:
    """Run the demo until Ctrl-C."""
    from ops import web

    log.configure("warning", "text")
    found = msgspec.structs.replace(settings.current(), demo=True, drain_seconds=0)
    _require_loopback(found)
    gc.disable()  # what is made until the first reader comes stays; `web.Server.startup` begins to collect
    threading.Thread(target=_warm_up, daemon=True).start()
    pair = Pair(found)
    try:
        with working(Text(zh="正在启动 PostgreSQL 与 Valkey", en="Starting PostgreSQL and Valkey")):
            addresses = pair.open()
        if pair.joined:
            return _already_running(found)
        listener = web.bound(found, next_free=True)
        ready = web.with_port(pointed(found, addresses), listener)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_prepare(ready))
            runner.run(_serve(ready, listener, pair))
    finally:
        pair.close()
    print(Text(zh="已停止；数据仍在，下次启动可继续。", en="Stopped. The data are kept for the next start."))
    return 0


async def _prepare(found: Settings) -> None:
    """Make the tables and the first month when they are not there."""
    from ops import invented
    from seeds.load import load_first_month

    await tables.migrate(found)
    await database.init(found)
    try:
        with working(Text(zh="正在建立首个服务月", en="Making the first month")):
            loading = invented.demo(found)
            if not await invented.has_first_month(loading):
                await load_first_month(loading)
    finally:
        await database.close()


async def _serve(found: Settings, listener: socket.socket, pair: Pair) -> None:
    from api.app import create_app
    from ops import web

    environment = {
        **os.environ,
        "SHIFEN_DEMO": "1",
        "SHIFEN_DATA": str(found.data.absolute()),
        "SHIFEN_LANG": current(),
    }
    memory.give_back()
    worker = tend.Helper(["work"], environment, again=True, log_file=found.data.absolute() / "worker.log")
    months = tend.Helper(["seed", "--demo"], environment, again=False)

    def started() -> None:
        (found.data / ADDRESS_FILE).write_text(_address(found), encoding="ascii")
        _welcome(found)
        for helper in (worker, months):
            asyncio.get_running_loop().call_later(UNDISTURBED_SECONDS, helper.start)

    async with tend.tended(pair, [worker, months]):
        await web.run(found, listener, create_app(found), started)


def _welcome(found: Settings) -> None:
    """Print where it is, and who may sign in with which password."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.table import Table

    from ops import invented
    from org.roles import NAMES, Role
    from seeds.tables import cast

    table = Table(box=None, pad_edge=False)
    for heading in (
        Text(zh="用户名", en="User"),
        Text(zh="口令", en="Password"),
        Text(zh="姓名", en="Name"),
        Text(zh="角色", en="Role"),
    ):
        table.add_column(str(heading))
    passwords = invented.demo(found).passwords
    for person in cast():
        table.add_row(
            person.username, passwords.get(person.username, ""), str(person.name), str(NAMES[Role(person.role)])
        )
    end = str(Text(zh="按 Ctrl-C 停止。数据在", en="Ctrl-C stops it. The data are in"))
    Console().print(Panel(table, title=f"十分 Shifen  {_address(found)}", expand=False))
    print(f"{end} {found.data.absolute()}\n\n  {_address(found)}\n", flush=True)


def _address(found: Settings) -> str:
    host = f"[{found.host}]" if ":" in found.host else found.host
    return f"http://{host}:{found.port}/"


def _require_loopback(found: Settings) -> None:
    """The demo's passwords are known to everybody, so it is for this machine alone."""
    if is_loopback(found.host):
        return
    sentence = Text(
        zh="演示的口令人人皆知，只能在本机运行；SHIFEN_HOST 不能是 {host}。",
        en="Everybody knows the demo's passwords, so it runs on this machine alone; SHIFEN_HOST cannot be {host}.",
    )
    raise BadSetup(Problem(code="demo-loopback", sentence=sentence.format(host=found.host)))


def _already_running(found: Settings) -> int:
    note = Path(found.data / ADDRESS_FILE)
    address = note.read_text(encoding="ascii") if note.exists() else ""
    print(Text(zh=f"演示已在运行：{address}", en=f"The demo is running already: {address}"))
    return 0


def _warm_up() -> None:
    """Import what the first month and then the pages need, while the servers start and the tables are made."""
    for module in ("seeds.load", "api.app"):
        importlib.import_module(module)
