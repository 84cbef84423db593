import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from months.seal import Plain, canonical, digest, grouped

words = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")))
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | words,
    lambda inside: st.lists(inside) | st.dictionaries(words, inside),
)


@given(documents)
def test_the_canonical_form_is_what_any_json_library_writes_with_sorted_keys(document: Plain) -> None:
    expected = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert canonical(document) == expected


def test_the_order_of_keys_does_not_change_the_digest() -> None:
    assert digest({"total": 8406, "unit": "S001"}) == digest({"unit": "S001", "total": 8406})


def test_one_cent_changes_the_digest() -> None:
    assert digest({"S001": 8406}) != digest({"S001": 8407})


@pytest.mark.parametrize("odd", [0.5, {"a": [1.0]}, {1: "a"}, (1, 2), b"bytes"])
def test_what_has_no_canonical_text_is_refused(odd: object) -> None:
    with pytest.raises(TypeError):
        canonical(odd)  # type: ignore[arg-type]  # the test gives what the type forbids


def test_a_digest_is_read_aloud_in_groups_of_four() -> None:
    assert grouped("31fa08d2") == "31fa 08d2"
