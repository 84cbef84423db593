"""A server's last words become sentences."""

import errno
from pathlib import Path

import pytest

from core.errors import BadSetup
from ops.cli import _database_fault
from ops.embedded.faults import fault, file_fault, missing

PLACE = Path("/srv/shifen")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ('could not write to file "base/1": No space left on device', "disk-full"),
        ("initdb: error: could not create directory: Permission denied", "no-permission"),
        ("could not open file: Read-only file system", "no-permission"),
        (
            "The data directory was initialized by PostgreSQL version 16, which is not compatible with this version 18.4.",
            "other-postgres",
        ),
        ("could not create shared memory segment: Cannot allocate memory", "no-memory"),
    ],
)
def test_known_words_get_their_sentence(words: str, code: str) -> None:
    refusal = fault("PostgreSQL", words, PLACE)
    assert refusal.problem.code == code
    assert refusal.problem.sentence.zh != refusal.problem.sentence.en


def test_unknown_words_are_passed_on_with_the_log() -> None:
    sentence = fault("Valkey", "line 1\nline 2\nit is odd\n", PLACE).problem.sentence.en
    assert "it is odd" in sentence
    assert str(PLACE) in sentence


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EACCES, "no-permission"),
        (errno.EROFS, "no-permission"),
        (errno.EIO, "server-start"),
    ],
)
def test_a_failing_file_gets_its_sentence(number: int, code: str) -> None:
    assert file_fault(OSError(number, "words", "/srv/shifen/lock"), PLACE).problem.code == code


def test_an_absent_program_says_which_setting_replaces_it() -> None:
    assert "DATABASE_URL" in missing("PostgreSQL", "DATABASE_URL").problem.sentence.en


def test_a_lost_connection_and_a_full_disk_are_sentences_and_our_faults_keep_their_trace() -> None:
    full = RuntimeError("wrapped")
    full.__cause__ = type("Full", (Exception,), {"sqlstate": "53100"})()
    assert _database_fault(full).problem.code == "disk-full"
    assert _database_fault(ConnectionResetError()).problem.code == "database-lost"
    assert isinstance(_database_fault(ConnectionResetError()), BadSetup)
    with pytest.raises(KeyError):
        _database_fault(KeyError("ours"))
