"""Settings come from the environment or from files, and a wrong one is named."""

import stat
from pathlib import Path

import pytest

from core.errors import BadSetup
from core.settings import SETTINGS, Settings, load, signing_secret


def test_nothing_set_means_the_defaults() -> None:
    found = load({})
    assert found.database is None
    assert (found.host, found.port, found.demo, found.public_board) == ("127.0.0.1", 8000, False, False)


def test_every_field_has_its_setting() -> None:
    assert {setting.field for setting in SETTINGS} == set(Settings.__struct_fields__)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://:pass@valkey/0\n")
    found = load({"REDIS_URL_FILE": str(tmp_path / "url")})
    assert found.redis
    assert found.redis.password == "pass"


def test_what_is_no_secret_is_read_from_no_file(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("9000")
    assert load({"SHIFEN_PORT_FILE": str(tmp_path / "port")}).port == 8000


@pytest.mark.parametrize(
    "environment",
    [
        {"SHIFEN_PORT": "0"}, {"SHIFEN_PORT": "８０"}, {"SHIFEN_PORT": "9" * 5000}, {"SHIFEN_DEMO": "maybe"}, {"SHIFEN_LOG_LEVEL": "loud"},
        {"DATABASE_URL": "sqlite://x"}, {"REDIS_URL": "x"}, {"SHIFEN_TRUSTED_PROXIES": "all"}, {"SHIFEN_PUBLIC_URL": "shifen.cn"},
        {"SHIFEN_SECRET_FILE": "/nowhere/at/all"},
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_in_both_languages(environment: dict[str, str]) -> None:
    with pytest.raises(BadSetup) as refusal:
        load(environment)
    name = next(iter(environment))
    assert name in refusal.value.problem.sentence.zh
    assert name in refusal.value.problem.sentence.en


def test_a_repr_shows_no_value() -> None:
    assert "hush" not in repr(load({"SHIFEN_SECRET": "hush" * 10}))


def test_the_signing_secret_is_made_once_and_private(tmp_path: Path) -> None:
    found = load({"SHIFEN_DATA": str(tmp_path / "new folder")})
    secret = signing_secret(found)
    assert len(secret) >= 32
    assert signing_secret(found) == secret
    assert stat.S_IMODE((found.data / "secret").stat().st_mode) == 0o600
    assert [path.name for path in found.data.iterdir()] == ["secret"]


def test_a_given_secret_wins(tmp_path: Path) -> None:
    assert signing_secret(load({"SHIFEN_SECRET": "x" * 40, "SHIFEN_DATA": str(tmp_path)})) == "x" * 40
    assert list(tmp_path.iterdir()) == []
