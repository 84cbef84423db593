"""Addresses of servers, as people and hosting firms write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import Database, Redis, database_address, is_loopback, networks, redis_address
from core.language import Text

NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def test_a_full_address_is_taken_apart() -> None:
    found = database_address("postgresql://ann:p%40ss@db.example:6432/shifen?sslmode=verify-full")
    assert (found.user, found.password, found.host, found.port, found.name) == (
        "ann",
        "p@ss",
        "db.example",
        6432,
        "shifen",
    )
    assert found.ssl_mode == "verify-full"


def test_a_socket_needs_no_encryption() -> None:
    found = database_address("postgres://ann@/shifen?host=/run/postgresql&sslmode=require")
    assert found.host == "/run/postgresql"
    assert found.credentials()["ssl"] is False


@pytest.mark.parametrize(("mode", "value"), [("disable", False), ("prefer", "prefer"), ("require", "require")])
def test_sslmode_means_what_postgresql_says(mode: str, value: object) -> None:
    assert database_address(f"postgresql://a:b@h/d?sslmode={mode}").credentials()["ssl"] == value


def test_without_sslmode_encryption_is_preferred() -> None:
    assert database_address("postgresql://a:b@h/d").credentials()["ssl"] == "prefer"


@pytest.mark.parametrize(
    "text",
    [
        "mysql://a:b@h/d", "postgresql://h/d", "postgresql://a@h", "postgresql://a:b@h/d?ssl=false", "postgresql://a:b@h/d?sslmode=yes",
        "postgresql://a:b@h:99999/d", "postgresql://a:b@[::1/d", "postgresql://a:b@h/d?sslrootcert=/nowhere", "shifen", "",
    ],
)  # fmt: skip
def test_a_wrong_database_address_gets_a_sentence_without_the_password(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        database_address(text.replace(":b@", ":hush-hush@"))
    assert isinstance(refusal.value.args[0], Text)
    assert "hush-hush" not in refusal.value.args[0].en


@pytest.mark.parametrize("text", ["http://h", "redis://", "redis://h/x", "redis://h:0x1", "redis://h?db=1"])
def test_a_wrong_redis_address_gets_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        redis_address(text)
    assert isinstance(refusal.value.args[0], Text)


@given(user=NAMES, password=NAMES, name=NAMES)
def test_every_database_address_survives_being_written_down(user: str, password: str, name: str) -> None:
    address = Database(host="::1", port=5433, user=user, password=password, name=name, ssl_mode="require")
    assert database_address(address.url()) == address


@given(user=st.just("") | NAMES, password=NAMES, number=st.integers(0, 15), tls=st.booleans())
def test_every_redis_address_survives_being_written_down(user: str, password: str, number: int, tls: bool) -> None:  # noqa: FBT001 - hypothesis passes it by name
    address = Redis(host="valkey", number=number, user=user, password=password, tls=tls)
    assert redis_address(address.url()) == address


def test_a_repr_shows_no_password() -> None:
    assert "hush" not in repr(Database(host="h", user="u", password="hush", name="d"))
    assert "hush" not in repr(Redis(host="h", password="hush"))


def test_only_this_machine_is_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "shifen.example.cn")))  # noqa: S104 - the address that must not pass


def test_networks_are_a_list() -> None:
    assert [str(network) for network in networks("10.0.0.0/8, ::1")] == ["10.0.0.0/8", "::1/128"]
    with pytest.raises(ValueError, match="网段"):
        networks("10.0.0.1/8")
