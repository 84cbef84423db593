"""Run alone: the most memory that scoring takes beyond the facts; prints bytes as JSON."""

import json
import sys
from pathlib import Path

import psutil

from scoring.engine import scored
from scoring.rulebook import parsed
from tests.bench.data import company, rule_book
from tests.bench.engine_time import sheet_of


def highest() -> int:
    """Return the most memory that this process has had since `forget_highest`, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def forget_highest() -> None:
    """Have the kernel begin anew: making the facts took more than scoring them."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


if __name__ == "__main__":
    sheet, book = sheet_of(company(int(sys.argv[1]))), parsed(rule_book())
    forget_highest()
    before = psutil.Process().memory_info().rss
    result = scored(book, "storefront", sheet)
    print(json.dumps({"peak": highest() - before, "units": len(result.totals)}))
