"""Two hundred broken sheets: each gives refusals or one sentence about the whole file, never anything else."""

import random
from collections.abc import Callable

import pytest

from core.errors import Invalid
from scoring.intake.explaining import causes, column_uses, oddities, skipped
from scoring.intake.preview import Preview
from tests.intake.stand import HEADING, INDEX, csv_of, seen, taken, told, xlsx_of

Rows = list[list[object]]
Corruption = Callable[[Rows, random.Random], None]


def sound(dice: random.Random) -> Rows:
    units = ["H-001", "H-002", "H-003", "H-004", "H-005"]
    rows: Rows = [list(HEADING)]
    rows += [[unit, kpi, f"2026-10-{day:02d}", dice.randint(1, 90), dice.randint(1, 40)]
             for unit in units for kpi in ("MARK", "SMI", "CALLS", "WAIT") for day in (5, 6)]  # fmt: skip
    return rows


def put(column: int, *values: object) -> Corruption:
    def corrupt(rows: Rows, dice: random.Random) -> None:
        dice.choice(rows[1:])[column] = dice.choice(values)

    return corrupt


def duplicate(rows: Rows, dice: random.Random) -> None:
    rows.append([*dice.choice(rows[1:])[:3], 91, 7])


def ragged(rows: Rows, dice: random.Random) -> None:
    dice.choice(rows[1:]).extend(["x"] * dice.randint(1, 9))


def short(rows: Rows, dice: random.Random) -> None:
    del dice.choice(rows[1:])[dice.randint(0, 4) :]


def headless(rows: Rows, dice: random.Random) -> None:
    del rows[0]


def twice_headed(rows: Rows, dice: random.Random) -> None:
    rows[0] = [*rows[0], *rows[0]]


def heading_again(rows: Rows, dice: random.Random) -> None:
    rows.insert(dice.randint(2, len(rows)), list(HEADING))


def shifted(rows: Rows, dice: random.Random) -> None:
    dice.choice(rows[1:]).insert(0, "x")


def blank_rows(rows: Rows, dice: random.Random) -> None:
    for _ in range(5):
        rows.insert(dice.randint(0, len(rows)), [None] * 5)


def reversed_columns(rows: Rows, dice: random.Random) -> None:
    for row in rows:
        row.reverse()


def long_text(rows: Rows, dice: random.Random) -> None:
    dice.choice(rows[1:])[dice.randint(0, 4)] = "长" * 30_000


CORRUPTIONS: tuple[Corruption, ...] = (
    put(0, "H-999", "不存在的营业厅", "听兰路 营业厅"), put(0, None, "", " "), put(0, "中心营业厅"), put(0, "=H1", "@SUM(A1)"),
    put(1, "XXX", "满意"), put(1, None), put(1, "PER10K", "RATE"),
    put(2, "2026-13-45", "昨天", "31/12/2026"), put(2, "2027-01-01"), put(2, "2025-01-01"), put(2, 99999999, -1, 1.5), put(2, "TRUE"),
    put(3, "NaN", "Infinity"), put(3, "1e400", 10**30), put(3, "一百", "abc"), put(3, "1,02,4", "1,5"), put(3, "=SUM(A1:A9)"),
    put(3, "#REF!", "#DIV/0!"), put(3, 101.5, -3, "101.5%"), put(3, "５０％", "50件", "50分"), put(3, "2026-10-05"), put(3, "TRUE"),
    put(4, -1, 2.5), put(4, "许多", "1e99"),
    duplicate, ragged, short, headless, twice_headed, heading_again, shifted, blank_rows, reversed_columns, long_text,
)  # fmt: skip


def explained(found: Preview) -> None:
    """Everything that can be said about a preview can be said."""
    refused = told(found)
    assert len(refused) == found.refused
    assert all(one.cell and one.code and one.sentence.zh and one.sentence.en for one in refused)
    assert sum(cause.count for cause in causes(found, INDEX)) == found.refused
    assert len(skipped(found, INDEX)) == found.skipped
    assert sum(odd.count for odd in oddities(found, INDEX)) == len(found.odds.entries)
    column_uses(found, INDEX)


@pytest.mark.parametrize("seed", range(100))
def test_a_broken_sheet_gives_refusals_in_either_form(seed: int) -> None:
    dice = random.Random(seed)
    rows = sound(dice)
    for corrupt in (CORRUPTIONS[seed % len(CORRUPTIONS)], *dice.choices(CORRUPTIONS, k=seed % 4)):
        corrupt(rows, dice)
    found = seen(csv_of(*rows))
    explained(found)
    assert facts_of(found) == facts_of(seen(csv_of(*rows), quick=False))
    explained(seen(xlsx_of(*rows)))


def facts_of(found: Preview) -> list[tuple[int, ...]]:
    return list(taken(found))


@pytest.mark.parametrize("corrupt", CORRUPTIONS)
def test_what_is_sound_in_a_broken_sheet_is_untouched(corrupt: Corruption) -> None:
    dice = random.Random(11)
    rows = sound(dice)
    whole = set(facts_of(seen(csv_of(*rows))))
    corrupt(rows, dice)
    found = seen(csv_of(*rows))
    if corrupt is not headless:
        assert len(whole & set(facts_of(found))) >= len(whole) - 2


@pytest.mark.parametrize("seed", range(100))
def test_damaged_bytes_give_one_sentence_or_refusals(seed: int) -> None:
    dice = random.Random(seed)
    rows = sound(dice)
    data = bytearray(xlsx_of(*rows) if seed % 4 == 0 else csv_of(*rows))
    for _ in range(dice.randint(1, 20)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    if seed % 3 == 0:
        del data[dice.randrange(len(data)) :]
    try:
        explained(seen(bytes(data)))
    except Invalid as refusal:
        told_whole = refusal.problem
    else:
        return
    assert told_whole.code.startswith("file_")
    assert told_whole.sentence.zh
