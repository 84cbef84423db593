"""The embedded servers: started from nothing, found again, healed after every kind of kill."""

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from core.addresses import Database
from core.errors import BadSetup
from core.settings import Settings, load
from ops.embedded.pair import Addresses, Pair
from ops.embedded.pair import servers as opened_servers
from ops.embedded.valkey import answers

HOLD = """
import sys, time
from core.settings import load
from ops.embedded.pair import servers
with servers(load({"SHIFEN_DATA": sys.argv[1]})):
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home(place: Path) -> Settings:
    return load({"SHIFEN_DATA": str(place / "a folder with spaces 十分")})


@pytest.fixture
def pair(home: Settings) -> Iterator[Pair]:
    opened = Pair(home)
    opened.open()
    yield opened
    opened.close()


def _ask(address: Database, statement: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(**address.credentials())
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


def _running(pair: Pair) -> Addresses:
    assert pair.postgres
    assert pair.valkey
    return Addresses(pair.postgres.address(), pair.valkey.address(), owner=pair.postgres.owner())


def _kill(pair: Pair, *, server: str) -> None:
    half = getattr(pair, server)
    half.child.send_signal(signal.SIGKILL)
    half.child.wait()


def test_both_start_from_nothing_and_stop(home: Settings) -> None:
    with opened_servers(home) as addresses:
        assert addresses.owned
        assert _ask(addresses.database, "SELECT 1") == 1
        assert answers(addresses.redis.port, addresses.redis.password)
    assert not answers(addresses.redis.port, addresses.redis.password)
    with pytest.raises(OSError, match=r"."):
        _ask(addresses.database, "SELECT 1")


def test_the_cluster_is_as_production_wants_it(pair: Pair) -> None:
    address = _running(pair).database
    wanted = {
        "data_checksums": "on",
        "synchronous_commit": "on",
        "fsync": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
    }
    assert {name: _ask(address, f"SHOW {name}") for name in wanted} == wanted
    assert _ask(address, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    attributes = (
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert _ask(address, attributes) is False


def test_a_cluster_of_an_earlier_version_gets_the_applications_role(home: Settings) -> None:
    with opened_servers(home) as addresses:
        assert addresses.owner
        _ask(addresses.owner, "CREATE TABLE kept AS SELECT 42 AS number")
    (home.data / "servers" / "postgres-18" / "shifen.roles").unlink()
    (home.data / "password-app").unlink()
    with opened_servers(home) as addresses:
        assert _ask(addresses.database, "SELECT current_user::text") == "shifen_app"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            _ask(addresses.database, "SELECT number FROM kept")


def test_nobody_enters_without_the_password(pair: Pair) -> None:
    addresses = _running(pair)
    assert not answers(addresses.redis.port, "guess")
    intruder = Database(
        host="127.0.0.1",
        port=addresses.database.port,
        user="shifen",
        password="guess",
        name="shifen",
        ssl_mode="disable",
    )
    with pytest.raises(asyncpg.InvalidPasswordError):
        _ask(intruder, "SELECT 1")


def test_passwords_lie_in_private_files(home: Settings, pair: Pair) -> None:
    for name in ("password", "password-app", "running.json"):
        assert stat.S_IMODE((home.data / name).stat().st_mode) == 0o600
    assert json.loads((home.data / "running.json").read_bytes())["database"]["port"] == _running(pair).database.port


def test_a_second_start_finds_its_data(home: Settings) -> None:
    with opened_servers(home) as addresses:
        assert addresses.owner
        _ask(addresses.owner, "CREATE TABLE kept AS SELECT 42 AS number")
    with opened_servers(home) as addresses:
        assert addresses.owner
        assert _ask(addresses.owner, "SELECT number FROM kept") == 42


def test_a_second_process_joins_the_running_pair(home: Settings, pair: Pair) -> None:
    with opened_servers(home) as joined:
        assert not joined.owned
        assert joined.database.port == _running(pair).database.port
    assert _ask(joined.database, "SELECT 1") == 1


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_a_killed_server_comes_back_on_its_port(pair: Pair, server: str) -> None:
    before = _running(pair)
    assert before.owner
    _ask(before.owner, "CREATE TABLE kept AS SELECT 42 AS number")
    _kill(pair, server=server)
    assert len(pair.heal()) == 1
    assert _running(pair) == before
    assert _ask(before.owner, "SELECT number FROM kept") == 42
    assert answers(before.redis.port, before.redis.password)
    assert pair.heal() == []


def test_when_the_supervisor_is_killed_the_servers_die_and_the_next_start_heals(home: Settings) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", HOLD, str(home.data)], stdout=subprocess.PIPE)
    assert supervisor.stdout
    assert supervisor.stdout.readline() == b"up\n"
    children = psutil.Process(supervisor.pid).children()
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=15)
    assert [child for child in alive if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    with opened_servers(home) as addresses:
        assert addresses.owned
        assert _ask(addresses.database, "SELECT 1") == 1


def test_a_start_broken_off_half_way_is_begun_anew(home: Settings) -> None:
    unfinished = home.data / "servers" / "postgres-18.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with opened_servers(home) as addresses:
        assert _ask(addresses.database, "SELECT 1") == 1


def test_a_damaged_valkey_file_is_set_aside(home: Settings) -> None:
    with opened_servers(home):
        pass
    damaged = next((home.data / "servers" / "valkey").rglob("*.aof"))
    damaged.write_bytes(b"*1\r\n$4\r\nNOPE\r\n" + os.urandom(64))
    with opened_servers(home) as addresses:
        assert answers(addresses.redis.port, addresses.redis.password)


def test_a_lock_file_of_a_dead_postmaster_does_not_stop_the_next(home: Settings) -> None:
    with opened_servers(home):
        pass
    (home.data / "servers" / "postgres-18" / "postmaster.pid").write_text(
        f"{os.getpid()}\n/x\n0\n5432\n\nlocalhost\n0 0\nready\n"
    )
    with opened_servers(home) as addresses:
        assert _ask(addresses.database, "SELECT 1") == 1


def test_postgresql_does_not_stay_behind_when_valkey_fails(place: Path) -> None:
    broken = place / "valkey-server"
    broken.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    broken.chmod(0o755)
    home = load({"SHIFEN_DATA": str(place / "data"), "VALKEY_BIN": str(broken)})
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(BadSetup, match="Valkey"):
        Pair(home).open()
    assert {child.pid for child in psutil.Process().children()} == before


def test_given_addresses_start_nothing(tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": "postgresql://a:b@h/d",
        "REDIS_URL": "redis://h",
        "SHIFEN_DATA": str(tmp_path / "absent"),
    }
    with opened_servers(load(environment)) as addresses:
        assert (addresses.database.host, addresses.redis.host, addresses.owned) == ("h", "h", False)
    assert not (tmp_path / "absent").exists()


def test_one_given_address_replaces_one_half(servers: Addresses, place: Path) -> None:
    opened = Pair(load({"REDIS_URL": servers.redis.url(), "SHIFEN_DATA": str(place / "half")}))
    try:
        addresses = opened.open()
        assert addresses.redis == servers.redis
        assert opened.valkey is None
        assert _ask(addresses.database, "SELECT 1") == 1
    finally:
        opened.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its servers to nobody")
def test_below_a_closed_folder_of_root_the_servers_run_elsewhere(place: Path) -> None:
    place.chmod(0o700)
    home = load({"SHIFEN_DATA": str(place / "data")})
    with opened_servers(home) as addresses:
        assert _ask(addresses.database, "SELECT 1") == 1
    elsewhere = Path((home.data / "servers-at").read_text())
    assert (elsewhere / "postgres-18").is_dir()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    shutil.rmtree(elsewhere)


def test_no_program_gets_a_sentence(place: Path) -> None:
    home = load({"SHIFEN_DATA": str(place), "PG_BIN_DIR": str(place)})
    with pytest.raises(BadSetup, match="No PostgreSQL program"):
        Pair(home).open()


def test_a_folder_that_cannot_be_written_gets_a_sentence(place: Path) -> None:
    (place / "file").write_text("")
    with pytest.raises(BadSetup, match=r"."):
        Pair(load({"SHIFEN_DATA": str(place / "file" / "data")})).open()
