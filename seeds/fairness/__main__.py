"""`python -m seeds.fairness` prints the table of docs/fairness.md."""

import sys

from seeds.fairness.report import MONTHS, RUNS, report, table


def main() -> None:
    """Print the table."""
    sys.stdout.write(table(report(), RUNS * (MONTHS - 2)) + "\n")


if __name__ == "__main__":
    main()
