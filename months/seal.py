"""The digest of a closed month: anybody who has the exported result can compute it again with a few lines of code."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec

Plain: TypeAlias = "str | int | bool | list[Plain] | dict[str, Plain] | None"
"""What a sealed document consists of: no floats, since their text differs between programs."""


_SCALARS = frozenset({str, int, bool, type(None)})


def canonical(document: Plain) -> bytes:
    """Return UTF-8 JSON with sorted keys and no spaces; TypeError when a float or another kind of value is inside."""
    _plain(document)
    return msgspec.json.encode(document, order="sorted")


def digest(document: Plain) -> str:
    """Return the SHA-256 of the canonical form as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(document)).hexdigest()


def digest_by_rows(document: Mapping[str, Plain], name: str, rows: Iterable[bytes]) -> str:
    """Return the digest of a document that has one list more, whose rows are in canonical form already."""
    found = hashlib.sha256()
    for piece in pieces(document, name, rows):
        found.update(piece)
    return found.hexdigest()


def pieces(document: Mapping[str, Plain], name: str, rows: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the canonical form of such a document piece by piece: nothing of the list is ever held as a whole."""
    begin = b"{"
    for key in sorted((*document, name)):
        yield begin + canonical(key) + b":"
        begin = b","
        if key != name:
            yield canonical(document[key])
            continue
        between = b"["
        for row in rows:
            yield between
            yield row
            between = b","
        yield b"[]" if between == b"[" else b"]"
    yield b"}"


def grouped(seal: str) -> str:
    """Return a digest in groups of four digits, so that it can be read aloud."""
    return " ".join(seal[start : start + 4] for start in range(0, len(seal), 4))


def _plain(value: object) -> None:
    if type(value) in _SCALARS:
        return
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        raise TypeError("keys of a canonical form are texts")
    if isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            if type(part) not in _SCALARS:  # millions of them: no call for each
                _plain(part)
        return
    raise TypeError(f"{type(value).__name__} has no canonical form")
