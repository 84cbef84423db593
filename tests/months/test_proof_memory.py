"""Checking a sealed month takes no more memory at once than its document's bytes and one unit's rows."""

import json
import tracemalloc
from typing import Any

import msgspec
import pytest

from months.proof.rows import Rows, digest_of, read, written
from months.seal import canonical, digest

UNITS, LINES = 2_000, 40


def document() -> dict[str, Any]:
    lines = [[f"K{number:02d}", 0, 0, True, 8_249, 13_776, 87_690_000, 1] for number in range(LINES)]
    rows = [{"unit": f"U{number:06d}", "total": number, "lines": lines} for number in range(UNITS)]
    return {"month": 202610, "standings": rows, "awards": []}


def test_a_document_in_rows_has_the_same_bytes_and_digest() -> None:
    whole = document()
    in_rows = read(canonical(whole))
    assert isinstance(in_rows["standings"], Rows)
    assert (written(in_rows), digest_of(in_rows)) == (canonical(whole), digest(whole))


def test_rows_in_another_order_of_keys_have_the_digest_of_what_they_say() -> None:
    whole = document()
    assert digest_of(read(json.dumps(whole, indent=1).encode())) == digest(whole)


def test_a_document_without_standings_is_read_as_it_is() -> None:
    assert read(b'{"month":202610}') == {"month": 202610}
    with pytest.raises(msgspec.MsgspecError):
        read(b'{"standings":{}}')


def test_a_digest_never_holds_all_rows_at_once() -> None:
    content = canonical(document())
    tracemalloc.start()
    try:
        digest_of(read(content))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < len(content) / 2
