"""The web process starts light: what only workers, imports and exports need is imported when it is needed."""

import subprocess
import sys

HEAVY = {"numpy", "polars", "python_calamine", "xlsxwriter"}


def test_the_application_loads_nothing_heavy() -> None:
    told = "import sys, api.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY.isdisjoint(loaded)
