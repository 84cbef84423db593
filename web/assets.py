"""Style sheets joined into one, and the digest that lets a browser keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from msgspec import Struct

HERE = Path(__file__).parent
STATIC = HERE / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


class Asset(Struct, frozen=True):
    """One file as it goes out."""

    content: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file that a browser may fetch, by its address below /static; nothing else of the disk can be reached."""
    found = {
        file.relative_to(STATIC).as_posix(): Asset(file.read_bytes(), TYPES[file.suffix])
        for file in sorted(STATIC.rglob("*"))
        if file.suffix in TYPES and file.parent.name != "css"
    }
    found["app.css"] = Asset(_joined(), TYPES[".css"])
    return found


def _joined() -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted((STATIC / "css").glob("*.css")))


@cache
def digest() -> str:
    """Return a short digest of all assets; it stands in their addresses."""
    whole = hashlib.sha256()
    for name, asset in sorted(assets().items()):
        whole.update(name.encode() + asset.content)
    return whole.hexdigest()[:12]
