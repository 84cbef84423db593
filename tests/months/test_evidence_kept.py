"""`shifen verify` finds evidence that is gone or was altered on the disk, long after anybody last opened it."""

from pathlib import Path

from core import evidence, settings
from months.operations.appealing import add_files
from ops.doctor.findings import Finding
from ops.verify import EVIDENCE, findings
from tests.cast import Cast
from tests.months.story import ran
from tests.months.test_appeals import AT, filed, viewer

SHEETS = (b"%PDF-1.4 one", b"%PDF-1.4 two")


async def looked_at(folder: Path) -> Finding:
    """Return what the whole check says of the evidence."""
    found = [one async for one in findings(settings.load({"SHIFEN_DATA": str(folder)}))]
    return next(one for one in found if one.about == EVIDENCE)


async def test_a_file_that_is_gone_or_altered_is_told_with_its_appeal(cast: Cast, tmp_path: Path) -> None:
    await ran(cast)
    number, where = await filed(cast), evidence.folder(settings.load({"SHIFEN_DATA": str(tmp_path)}))
    files = [evidence.keep(where, content, "工单.pdf") for content in SHEETS]
    who = {"viewer": await viewer(cast, "linyue"), "actor": cast.actor("linyue")}
    await add_files(appeal_id=number, files=files, at=AT, **who)
    assert not (await looked_at(tmp_path)).bad
    first, second = evidence.kept(where)
    first.unlink()
    second.write_bytes(b"%PDF-1.4 other")
    found = await looked_at(tmp_path)
    assert found.bad
    assert f"2 in all: appeals/{number}" in found.read("en")
