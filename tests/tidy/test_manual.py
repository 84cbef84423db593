"""What the manual and the compose file say, held against what the code really reads."""

import re
from typing import Any

import pytest
import yaml

from core.settings import SETTINGS
from ops.cli import COMMANDS
from tests.tidy.source import ROOT, files, text

MANUAL = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("shifen")}
OWNING = {"migrate", "backup"}
"""What comes as the owner of the tables: a restore is run in the service of backups."""
REPLICAS = ("web1", "web2")
NEEDED = (
    "demo",
    "serve",
    "work",
    "migrate",
    "seed",
    "import",
    "score",
    "schema",
    "close",
    "export",
    "verify",
    "bundle",
    "backup",
    "restore",
    "user",
    "doctor",
)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_manual_explains_each_setting(setting: Any) -> None:
    row = next((line for line in MANUAL.splitlines() if line.startswith(f"| `{setting.name}`")), "")
    assert setting.about.en in row
    assert setting.about.zh in row
    assert (f"{setting.name}_FILE" in row) is setting.secret


def test_the_manual_invents_no_setting() -> None:
    known = (
        {setting.name for setting in SETTINGS}
        | {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
        | {"SHIFEN_SHARED"}
    )
    assert set(re.findall(r"\bSHIFEN_[A-Z_]+\b", MANUAL)) <= known


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_setting_is_read_somewhere(setting: Any) -> None:
    if setting.name == "SHIFEN_LANG":  # read before settings are, since a wrong setting is told in a language
        assert any(setting.name in text(path) for path in files("*.py", "core"))
        return
    readers = [path for path in files("*.py") if path.name != "settings.py" and f".{setting.field}" in text(path)]
    assert readers, f"nothing reads {setting.name}"


def test_the_command_line_offers_what_the_manual_lists() -> None:
    assert sorted(command.name for command in COMMANDS) == sorted(NEEDED)
    assert set(re.findall(r"^\| `shifen (\w+)`", MANUAL, re.MULTILINE)) == set(NEEDED)


@pytest.mark.parametrize("name", OURS)
def test_compose_sets_only_what_the_code_reads(name: str) -> None:
    known = {setting.name for setting in SETTINGS} | {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_compose_passes_every_secret_as_a_file(name: str) -> None:
    environment = OURS[name]["environment"]
    for setting in SETTINGS:
        if setting.secret and (setting.field != "owner" or name in OWNING):
            assert setting.name not in environment
            file = environment[f"{setting.name}_FILE"].removeprefix("/run/secrets/")
            assert file in OURS[name]["secrets"]


@pytest.mark.parametrize("name", sorted(set(OURS) - OWNING))
def test_compose_keeps_the_owner_of_the_tables_from_what_serves_and_works(name: str) -> None:
    assert not [word for word in (*OURS[name]["environment"], *OURS[name]["secrets"]) if "owner" in word.lower()]


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_is_root_or_writable_or_privileged(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert not str(service["user"]).startswith(("0", "root"))
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service


def test_only_the_proxy_has_ports() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_no_secret_has_a_default() -> None:
    written = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert not re.search(r"(PASSWORD|SECRET|TOKEN|_URL): (?!\$\{SHIFEN_PUBLIC_URL:\?)[^/\s]", written)
    made = (ROOT / "deploy" / "make-secrets.sh").read_text(encoding="utf-8")
    for name, source in COMPOSE["secrets"].items():
        assert f"make {name} " in made or name == "tls.pem"
        assert source["file"] == f"./secrets/{name}"


def test_two_replicas_wait_for_the_migrations_and_drain() -> None:
    proxy = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")
    assert "httpchk GET /readyz" in proxy
    for name in REPLICAS:
        service = SERVICES[name]
        assert service["command"] == ["serve"]
        assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert "healthcheck" in service
        assert f"server {name} {name}:{service['environment']['SHIFEN_PORT']}" in proxy
        checks = int(re.search(r"inter (\d)s fall (\d)", proxy)[1]) * int(re.search(r"inter (\d)s fall (\d)", proxy)[2])  # type: ignore[index]  # absent means a failed test
        assert int(service["environment"]["SHIFEN_DRAIN_SECONDS"]) >= 2 * checks


def test_backups_go_to_their_own_volume() -> None:
    backup = SERVICES["backup"]
    assert backup["command"][0] == "backup"
    assert f"backups:{backup['environment']['SHIFEN_BACKUPS']}" in backup["volumes"]
