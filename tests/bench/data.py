"""The company that is measured on: units × 60 KPIs from one seed, the same bytes each time; its rules as TOML."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZES = {"S": 1_400, "M": 20_000, "L": 80_000, "XL": 300_000}
GROWTH = (1_400, 5_600, 20_000, 80_000)
KPIS, PROCESSES = 60, 13
MONTH = 202610
LOWER_IS_BETTER = 21
"""35 % of the KPIs."""
SCALE = 1_000_000


@dataclass(frozen=True)
class Data:
    """Values in 1/100 by unit and KPI, which of them are known, and the sample of each."""

    values: NDArray[np.int64]
    known: NDArray[np.bool_]
    samples: NDArray[np.int64]

    @property
    def units(self) -> int:
        """Return how many units there are."""
        return len(self.values)


def company(units: int, seed: int = 20_110_315) -> Data:
    """Return the facts of one month: 1 % of the cells are missing."""
    random = np.random.default_rng([seed, units])
    quality = random.normal(0, 400, size=(units, 1))
    noise = random.normal(0, 600, size=(units, KPIS))
    values = np.clip(np.rint(8_200 + quality + noise), 100, 10_000).astype(np.int64)
    known = random.random((units, KPIS)) >= 0.01
    samples = random.integers(30, 300, size=(units, KPIS))
    return Data(values=values, known=known, samples=samples)


def kpi_code(number: int) -> str:
    """Return the code of a KPI, numbered from 0."""
    return f"K{number + 1:02d}"


def unit_code(number: int) -> str:
    """Return the code of a unit, numbered from 0."""
    return f"U{number + 1:06d}"


def csv(data: Data) -> bytes:
    """Return the month as plain CSV of unit, KPI, value: what the limits are fed with."""
    lines = ["unit,kpi,value"]
    values, known = data.values.tolist(), data.known.tolist()
    codes = [kpi_code(number) for number in range(KPIS)]
    for unit, (row, seen) in enumerate(zip(values, known, strict=True)):
        name = unit_code(unit)
        lines += [
            f"{name},{code},{value // 100}.{value % 100:02d}"
            for code, value, there in zip(codes, row, seen, strict=True)
            if there
        ]
    return ("\n".join(lines) + "\n").encode()


def checksum(data: Data) -> str:
    """Return the SHA-256 of everything that was drawn."""
    seal = hashlib.sha256()
    for part in (data.values.astype("<i8"), data.known, data.samples.astype("<i8")):
        seal.update(part.tobytes())
    return seal.hexdigest()


GOLDEN = {
    1_400: "1935c2985604e8bd6b42ee3d0b669b376f77caf87e8fe12e0493065e9a2b0473",
    5_600: "1cbbc343db3818f2b86c6af1b0f47170f7298989c72543d2bbe07dae24f86277",
    20_000: "66fff721d104e278fdf17f143b50a9f50ab132c66ef1d77391e5834a6656a3bb",
    80_000: "8afb66acc952144aab757e6bca711199437d270204621fca1dfe3317246575d1",
}
"""Checksums by number of units: numpy does not promise the same numbers for ever, so every run asks first."""


def weights() -> list[int]:
    """Return the weights of the card in 1/100 of a per cent: equal, what is left over given to the first ones."""
    share, rest = divmod(10_000, KPIS)
    return [share + (number < rest) for number in range(KPIS)]


def rule_book() -> str:
    """Return the rules of the measured company."""
    parts = [
        'code = "bench"\nname = { zh = "测速规则", en = "Rules for measuring" }\n',
        '[kinds.branch]\nname = { zh = "分公司", en = "Branch" }\nlevel = "branch"\nranked = false\n',
        '[kinds.storefront]\nname = { zh = "营业厅", en = "Storefront" }\nlevel = "storefront"\ngroups = ['
        + ", ".join(f'{{ code = "{group}", name = {{ zh = "{group}类", en = "Class {group}" }} }}' for group in "ABC")
        + "]\n",
        '[boards.storefront]\nname = { zh = "营业厅榜", en = "Storefronts" }\nbreakers = [{ field = "sample" }]\nhidden_one_in = 3\n',
        '[sources.bench]\nname = { zh = "测速", en = "Bench" }\n',
    ]
    parts += [_process(number) for number in range(1, PROCESSES + 1)]
    parts += [_kpi(number) for number in range(KPIS)]
    card = "\n".join(f'{kpi_code(number)} = "{weight / 100:.2f}"' for number, weight in enumerate(weights()))
    return "\n".join([*parts, f"[scorecards.storefront]\n{card}\n"])


def _process(number: int) -> str:
    return (
        f'[processes.P{number:02d}]\nname = {{ zh = "过程{number}", en = "Process {number}" }}\n'
        f'family = {{ zh = "测速", en = "Bench" }}\nweight = "1"\n'
    )


def _kpi(number: int) -> str:
    lower = number < LOWER_IS_BETTER
    anchors = (
        [("95.00", "60"), ("82.00", "100"), ("70.00", "120")]
        if lower
        else [("70.00", "60"), ("82.00", "100"), ("95.00", "120")]
    )
    points = ", ".join(f'["{value}", "{score}"]' for value, score in anchors)
    return (
        f'[kpis.{kpi_code(number)}]\nname = {{ zh = "指标{number + 1}", en = "KPI {number + 1}" }}\n'
        f'process = "P{number % PROCESSES + 1:02d}"\nunit = "score_100"\nunit_name = {{ zh = "分", en = "points" }}\n'
        f'direction = "{"lower" if lower else "higher"}"\nsource = "bench"\nfrequency = "monthly"\n'
        f'minimum = "0"\nmaximum = "100"\naggregation = "sum"\n'
        f'recorded_by = ["storefront"]\nweight_in_process = "10"\nmethod = "linear"\n'
        f'params = {{ anchors = [{points}], below = "extend", above = "clamp", cap = "120", floor = "0" }}\n'
        f'formula = {{ zh = "数值", en = "the value" }}\n'
    )


MIX = (
    'method = "ratio"\nparams = { target = "82" }',
    'method = "ratio"\nparams = { target = "82", lower_variant = "mirror" }',
    'method = "band"\nparams = { bands = [{ hi = "70", score = 60 }, { lo = "70", hi = "82", score = 85 }, { lo = "82", score = 100 }] }',
    'method = "tier"\nparams = { target = "82", tiers = [{ k = "1.05", score = 110 }, { k = "1", score = 100 }, { k = "0.95", score = 85 }], else_score = 60 }',
    'method = "efficacy"\nparams = { unacceptable = "70", satisfactory = "90" }',
    'method = "binary"\nparams = { threshold = "80" }',
    'method = "add_subtract"\nparams = { target = "82", step = "1", per_up = 2, per_down = 3, mode = "full" }',
    'method = "add_subtract"\nparams = { target = "82", step = "0.5", per_up = 1, per_down = 1, mode = "prorata" }',
    'method = "rank"\nparams = { best = 110, worst = 60 }',
    'method = "percentile"\nparams = { lo = 60, hi = 110 }',
    'method = "zscore"\nparams = { center = 85, scale = 10, clip = "2.5" }',
    'method = "deduct"\nparams = { items = { fault = { points = "0.5" } } }',
    'method = "formula"\nparams = { formula = "60 + 40 * (value - 70) / 12 if value >= 70 else 40" }',
)
"""Other methods than the broken line, as a rule book writes them: each takes its turn among the 60 KPIs."""


def mixed_rule_book() -> str:
    """Return the same rules with every method in turn: each KPI that is not a line has one of the others."""
    blocks = rule_book().split("[kpis.")
    mixed = [blocks[0]]
    for number, block in enumerate(blocks[1:]):
        kind = number % (len(MIX) + 1)
        kept = block
        if kind:
            start, end = block.index("method = "), block.index("\nformula = ")
            kept = block[:start] + MIX[kind - 1] + block[end:]
        mixed.append(kept)
    return "[kpis.".join(mixed)
