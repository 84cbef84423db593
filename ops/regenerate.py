"""Write migration 0001 anew from the models: allowed only until the first release has shipped."""

import asyncio
import subprocess
import sys
from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AddConstraint, CreateModel, Operation
from tortoise.migrations.writer import MigrationWriter

from core.database import APP, MIGRATIONS, MODELS, tortoise_config

INITIAL = "0001_tables"


async def operations() -> list[Operation]:
    """Return what builds the tables, the constraints that CreateModel forgets included."""
    nowhere = tortoise_config({"host": "", "port": 0, "user": "", "database": ""})
    apps = {APP: {"models": list(MODELS), "migrations": "ops.migrations.none"}}
    async with TortoiseContext() as context:
        await context.init(config=nowhere, init_connections=False)
        detector = MigrationAutodetector(context.apps, apps)  # type: ignore[arg-type]  # filled by init
        detector.loader.apps_config = {}
        writers = await detector.changes()
    found = [operation for writer in writers for operation in writer.operations]
    return [step for operation in found for step in (operation, *_forgotten(operation))]


def _forgotten(operation: Operation) -> list[Operation]:
    if not isinstance(operation, CreateModel):
        return []
    return [AddConstraint(operation.name, rule) for rule in (operation.options or {}).get("constraints", ())]


def main() -> None:
    """Write the file."""
    writer = MigrationWriter(INITIAL, APP, asyncio.run(operations()), initial=True, migrations_module=MIGRATIONS)
    path = Path(__file__).parent / "migrations" / f"{INITIAL}.py"
    # The writer leaves `generated=False` out, and a key without it would count up by itself.
    text = writer.as_string().replace("IntField(primary_key=True", "IntField(generated=False, primary_key=True")
    path.write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--select", "I", "--fix", "-q", str(path)], check=True)
    subprocess.run([*ruff, "format", "-q", str(path)], check=True)


if __name__ == "__main__":
    main()
