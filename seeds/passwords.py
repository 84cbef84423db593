"""What the demo remembers beside its database: seed, day, and the passwords of its named cast, readable by its owner alone."""

import os
import secrets
from datetime import date
from pathlib import Path

import msgspec

from seeds.tables import cast, words

FILE = "demo.json"
OWNER_ONLY = 0o600


class Remembered(msgspec.Struct, frozen=True):
    """The seed number, size and first day of a demo, and the passwords by user name."""

    seed: int
    size: int
    today: date
    passwords: dict[str, str]


def remembered(folder: Path, *, seed: int, size: int, today: date) -> Remembered:
    """Return what the folder remembers; the first time, decide it and write it down."""
    path = folder / FILE
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=Remembered)
    made = Remembered(seed=seed, size=size, today=today, passwords={person.username: _password() for person in cast()})
    folder.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(made)))
    fresh.replace(path)
    return made


def _password() -> str:
    """Return two words and six digits: easy to type, made anew for every demo."""
    parts = [secrets.choice(words()[part]).en.lower() for part in ("street", "shop")]
    return f"{'-'.join(parts)}-{secrets.randbelow(10**6):06d}"
