"""`shifen verify`: see that trail, seals, boards and outbox still agree."""

from argparse import Namespace

from core.language import Text, current
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser

ABOUT = Text(
    zh="核对审计链、封存摘要、榜单与后台任务", en="check the audit trail, sealed digests, boards and background work"
)


def add_arguments(parser: Parser) -> None:
    """Take nothing."""


def run(_args: Namespace) -> int:
    """Print one line a finding; exit code 1 when something does not agree."""
    return with_database(_verify)


async def _verify(_settings: Settings) -> int:
    from ops import verify

    bad = 0
    async for finding in verify.findings():
        print(finding.read(current()), flush=True)
        bad += finding.bad
    return 1 if bad else 0
