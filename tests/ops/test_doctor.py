"""What the doctor says, and what mends it."""

import socket
from pathlib import Path

import msgspec
import pytest

from core.addresses import Database, Redis
from core.language import Text
from core.settings import Settings, load
from core.tables import as_owner
from ops.doctor import machine, servers
from ops.doctor.findings import Finding, ill, well


def _found(findings: list[Finding], about: str) -> Finding:
    return next(finding for finding in findings if about in finding.about.en)


def _machine(tmp_path: Path, **environment: str) -> list[Finding]:
    return machine.findings(load({"SHIFEN_DATA": str(tmp_path / "data"), **environment}))


def test_a_sound_machine_has_no_error(tmp_path: Path) -> None:
    assert [finding.read("en") for finding in _machine(tmp_path) if finding.bad] == []


def test_a_taken_port_is_noticed(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert "it is taken" in _found(_machine(tmp_path, SHIFEN_PORT=str(port)), f"port {port}").read("en")


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert _found(_machine(tmp_path), "data folder").bad


def test_absent_programs_are_an_error_unless_an_address_is_given(tmp_path: Path) -> None:
    assert _found(_machine(tmp_path, PG_BIN_DIR="/nowhere"), "embedded PostgreSQL").bad
    given = _machine(tmp_path, PG_BIN_DIR="/nowhere", DATABASE_URL="postgresql://a:b@h/d")
    assert not any("embedded PostgreSQL" in finding.about.en for finding in given)


def test_plain_http_beyond_this_machine_is_an_error(tmp_path: Path) -> None:
    assert _found(_machine(tmp_path, SHIFEN_HOST="::"), "address").bad
    assert not _found(
        _machine(tmp_path, SHIFEN_HOST="::", SHIFEN_PUBLIC_URL="https://shifen.example.cn"), "address"
    ).bad


@pytest.mark.parametrize(("secret", "bad"), [("short", True), ("x" * 32, False)])
def test_a_short_secret_is_an_error(tmp_path: Path, secret: str, bad: bool) -> None:  # noqa: FBT001 - parametrised
    assert _found(_machine(tmp_path, SHIFEN_SECRET=secret), "signing secret").bad is bad


def test_a_secret_that_others_can_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_text("x" * 40)
    (tmp_path / "data" / "secret").chmod(0o644)
    assert _found(_machine(tmp_path), "signing secret").bad


async def test_sound_servers_have_no_error(settings: Settings) -> None:
    assert [finding.read("en") for finding in await servers.findings(settings) if finding.problem] == []


async def test_an_application_that_owns_its_tables_is_warned(settings: Settings) -> None:
    one_role = as_owner(settings)
    found = _found(await servers.findings(one_role), "database role")
    assert "could switch off the triggers" in found.read("en")
    assert found.read("zh").startswith("!")
    assert not found.bad


async def test_an_unreachable_server_is_named(settings: Settings) -> None:
    nowhere = msgspec.structs.replace(
        settings, database=Database(host="127.0.0.1", port=1, user="u", name="d"), redis=Redis(host="127.0.0.1", port=1)
    )
    postgres, valkey = await servers.findings(nowhere)
    assert (postgres.about.en, valkey.about.en, postgres.bad, valkey.bad) == ("PostgreSQL", "Valkey", True, True)


async def test_tables_that_are_not_there_are_missed(settings: Settings) -> None:
    assert settings.database
    empty = msgspec.structs.replace(settings, database=settings.database.named("shifen"), owner=None)
    tables = _found(await servers.findings(empty), "tables")
    assert tables.bad
    assert "shifen migrate" in tables.read("en")


def test_a_finding_is_one_line_with_a_sign() -> None:
    about = Text(zh="端口", en="port")
    assert well("端口", "port").read("en") == "✓ port"
    assert ill(about, Text(zh="被占用", en="taken")).read("zh") == "✗ 端口: 被占用"
    assert ill(about, Text(zh="被占用", en="taken"), grade="warning").read("en") == "! port: taken"
