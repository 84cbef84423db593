"""`shifen doctor`: look at everything a set-up needs and say how to mend what is not well."""

import asyncio
from argparse import Namespace

from core import settings
from core.errors import ShifenError
from core.language import Text, current
from ops.connect import pointed
from ops.doctor import machine
from ops.doctor import servers as server_findings
from ops.doctor.findings import Finding, refused
from ops.embedded.pair import servers
from ops.parser import Parser

ABOUT = Text(zh="检查环境，说明问题与解决办法", en="say what is wrong with a set-up and how to mend it")


def add_arguments(parser: Parser) -> None:
    """Take nothing."""


def run(_args: Namespace) -> int:
    """Print one line a finding; exit code 1 when something keeps Shifen from working."""
    findings = _findings()
    for finding in findings:
        print(finding.read(current()))
    bad = sum(finding.bad for finding in findings)
    print(
        Text(zh="一切正常。", en="All is well.")
        if not bad
        else Text(zh=f"{bad} 项需要处理。", en=f"{bad} to be mended.")
    )
    return 1 if bad else 0


def _findings() -> list[Finding]:
    try:
        found = settings.load()
    except ShifenError as refusal:
        return [refused(Text(zh="设置", en="settings"), refusal)]
    local = machine.findings(found)
    if any(finding.bad for finding in local):
        return local
    try:
        with servers(found) as addresses:
            return [*local, *asyncio.run(server_findings.findings(pointed(found, addresses)))]
    except ShifenError as refusal:
        return [*local, refused(Text(zh="内置服务器", en="embedded servers"), refusal)]
