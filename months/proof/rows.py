"""The standings of a sealed document as bytes, read one by one: as objects, those of a province take gigabytes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from months.seal import canonical, digest, digest_by_rows, pieces

NAME = "standings"
"""The one part of a sealed document that grows with the units times their lines."""


class Rows:
    """The standings in JSON, each decoded when it is its turn and forgotten after it."""

    def __init__(self, encoded: Sequence[bytes | msgspec.Raw]) -> None:
        self._encoded = encoded

    def __len__(self) -> int:
        """Return of how many units there are standings."""
        return len(self._encoded)

    def __getitem__(self, place: int) -> Any:  # noqa: ANN401 - what a file holds may be anything
        """Return the standing at a place."""
        return msgspec.json.decode(self._encoded[place])

    def __iter__(self) -> Iterator[Any]:
        """Decode one standing after the other."""
        return map(msgspec.json.decode, self._encoded)

    def canonical(self) -> Iterator[bytes]:
        """Return each standing in its canonical form; TypeError for what has none."""
        return map(canonical, self)


def read(content: bytes) -> dict[str, Any]:
    """Return a document with its standings still as bytes; a msgspec error for what is no document."""
    parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    found = {name: msgspec.json.decode(part) for name, part in parts.items() if name != NAME}
    return found | ({NAME: Rows(msgspec.json.decode(parts[NAME], type=list[msgspec.Raw]))} if NAME in parts else {})


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the digest of a document, however its standings are held."""
    rows = document.get(NAME)
    return digest_by_rows(_rest(document), NAME, rows.canonical()) if isinstance(rows, Rows) else digest(dict(document))


def written(document: Mapping[str, Any]) -> bytes:
    """Return the canonical form of a document, however its standings are held."""
    rows = document.get(NAME)
    if not isinstance(rows, Rows):
        return canonical(dict(document))
    return b"".join(pieces(_rest(document), NAME, rows.canonical()))


def _rest(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in document.items() if name != NAME}
