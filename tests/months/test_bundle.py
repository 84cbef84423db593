"""The offline bundle: canonical, complete, checked without a database, and deaf to hostile files."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping

import msgspec
import pytest
import pytest_asyncio

from core.errors import Invalid
from months.proof.archive import packed, unpacked
from months.proof.checking import checked
from months.proof.report import Report
from months.proof.words import summary, told
from months.queries.proof import bundle
from tests.cast import MONTH, Cast
from tests.months.story import closed, ran

Entries = dict[str, bytes]


@pytest_asyncio.fixture
async def file(cast: Cast) -> bytes:
    await ran(cast)
    await closed(cast)
    return packed(await bundle(MONTH))


def opened(data: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def resealed(entries: Entries) -> bytes:
    """Return a file whose directory was made to fit what was tampered with: checksums, and the digest too."""
    directory = msgspec.json.decode(entries["bundle.json"])
    named = {
        name: [len(one), hashlib.sha256(one).hexdigest()] for name, one in entries.items() if name != "bundle.json"
    }
    directory |= {"entries": named, "digest": named["document.json"][1]}
    return zipped({**entries, "bundle.json": msgspec.json.encode(directory)})


def check(data: bytes, published: str | None = None) -> Report:
    found = unpacked(data, "month.zip")
    return checked(found.bundle, found.differences, published)


async def test_the_same_month_gives_the_same_bytes(file: bytes) -> None:
    assert packed(await bundle(MONTH)) == file


async def test_an_untouched_file_is_equal_without_the_database(file: bytes) -> None:
    report = check(file)
    assert report.equal
    assert hashlib.sha256(opened(file)["document.json"]).hexdigest() == report.digest


async def test_no_name_of_a_person_or_unit_stands_in_the_file(file: bytes) -> None:
    content = b"".join(part for name, part in opened(file).items() if name != "rules.toml").decode()
    assert "周禾" not in content
    assert "听雨路" not in content


async def test_a_changed_entry_is_named_by_the_directory(file: bytes) -> None:
    entries = opened(file)
    entries["facts.csv"] = entries["facts.csv"].replace(b",0,0,0,", b",0,0,1,", 1)
    assert "facts.csv" in {one.field for one in check(zipped(entries)).differences}


async def test_a_changed_fact_is_told_though_the_directory_was_made_to_fit(file: bytes, cast: Cast) -> None:
    entries = opened(file)
    lines = entries["facts.csv"].decode().splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith(f"{cast['S1']},"))
    cells = lines[place].split(",")
    cells[5] = str(int(cells[5]) // 2)
    lines[place] = ",".join(cells)
    entries["facts.csv"] = ("\n".join(lines) + "\n").encode()
    found = check(resealed(entries)).differences
    assert "facts" in {one.what for one in found}
    assert ("S1", "value") in {(one.unit, one.field) for one in found}


def _lifted(document: dict[str, object]) -> None:
    row = next(one for one in document["standings"] if one["unit"] == "S4")  # type: ignore[attr-defined]  # a JSON document
    row["total"] += 1


def _line(document: dict[str, object]) -> None:
    row = next(one for one in document["standings"] if one["unit"] == "S2")  # type: ignore[attr-defined]  # a JSON document
    row["lines"][0][5] += 1


def _prize(document: dict[str, object]) -> None:
    document["awards"][0]["unit"] = "S4"  # type: ignore[index]  # a JSON document


def _added(document: dict[str, object]) -> None:
    document["beside"]["adjustments"]["S1"] = 300  # type: ignore[index]  # a JSON document


@pytest.mark.parametrize(
    ("tamper", "where"),
    [(_lifted, ("S4", "total")), (_line, ("S2", "points")), (_added, ("S1", "total"))],
    ids=["total", "points of a line", "adjustment"],
)
async def test_a_changed_result_is_told_with_its_place(
    file: bytes, tamper: Callable[[dict[str, object]], None], where: tuple[str, str]
) -> None:
    entries = opened(file)
    document = msgspec.json.decode(entries["document.json"])
    tamper(document)
    entries["document.json"] = msgspec.json.encode(document, order="sorted")
    report = check(resealed(entries))
    assert where in {(one.unit, one.field) for one in report.differences}


async def test_a_prize_moved_to_another_unit_is_told(file: bytes) -> None:
    entries = opened(file)
    document = msgspec.json.decode(entries["document.json"])
    _prize(document)
    entries["document.json"] = msgspec.json.encode(document, order="sorted")
    assert {"award"} == {one.what for one in check(resealed(entries)).differences}


async def test_a_file_made_to_fit_throughout_still_lacks_the_published_digest(file: bytes) -> None:
    entries = opened(file)
    document = msgspec.json.decode(entries["document.json"])
    document["coaching"] = []
    entries["document.json"] = msgspec.json.encode(document, order="sorted")
    published = check(file).digest
    assert [one.what for one in check(resealed(entries), published).differences] == ["published"]


async def test_other_rules_are_told(file: bytes) -> None:
    entries = opened(file)
    entries["rules.toml"] = entries["rules.toml"].replace(b"at_least = 95", b"at_least = 94", 1)
    assert entries["rules.toml"] != opened(file)["rules.toml"]
    assert {"rules"} <= {one.what for one in check(resealed(entries)).differences}


async def test_every_difference_is_a_sentence_in_both_languages(file: bytes) -> None:
    entries = opened(file)
    entries["facts.csv"] = entries["facts.csv"].splitlines()[0] + b"\n"
    report = check(zipped(entries))
    assert all(told(one).zh and told(one).en and "{" not in told(one).en for one in report.differences)


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/passwd", "document.json/../x", "earlier/999999.csv", "earlier/../facts.csv", "x.py"]
)
async def test_a_strange_path_is_refused(file: bytes, name: str) -> None:
    with pytest.raises(Invalid, match="no intact bundle"):
        unpacked(zipped({**opened(file), name: b"1"}), "month.zip")


async def test_a_bomb_is_refused_before_it_is_unpacked(file: bytes) -> None:
    with pytest.raises(Invalid, match="abnormally large"):
        unpacked(zipped({**opened(file), "earlier/202609.csv": b"0" * 30_000_000}), "month.zip")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no archive at all", zipped({}), zipped({"bundle.json": b"{}"})])
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        unpacked(data, "month.zip")


@pytest.mark.parametrize(
    ("entry", "content"),
    [
        ("facts.csv", b"unit,kpi,item,revision,day,num,den,sample\n1,1,0,0,0,99999999999999999999,1,1\n"),
        ("facts.csv", b"unit,kpi,item,revision,day,num,den,sample\n1,99999,0,0,0,1,1,1\n"),
        ("facts.csv", b"\xff\xfe"),
        ("numbers.json", b"[]"),
        ("bundle.json", b"{" * 5_000),
        ("document.json", b"[" * 100_000),
        ("rules.toml", b"\xff"),
    ],
)
async def test_a_broken_entry_is_refused(file: bytes, entry: str, content: bytes) -> None:
    with pytest.raises(Invalid):
        unpacked(zipped({**opened(file), entry: content}), "month.zip")


async def test_a_month_sealed_by_an_earlier_release_is_checked_as_far_as_it_tells(file: bytes) -> None:
    entries = opened(file)
    document = msgspec.json.decode(entries["document.json"])
    del document["beside"], document["units"]
    entries["document.json"] = msgspec.json.encode(document, order="sorted")
    report = check(resealed(entries))
    assert (report.equal, report.computed) == (True, False)
    assert "earlier release" in summary(report).en
