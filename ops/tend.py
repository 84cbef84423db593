"""Looking after the servers and helpers of this process: what has died is started again."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from core import log
from core.errors import ShifenError
from core.language import current
from ops.embedded import process
from ops.embedded.pair import Pair

LOOK_SECONDS = 1

logger = log.logger(__name__)


class Helper:
    """Another `shifen` command that runs beside this process and dies with it."""

    def __init__(
        self, words: Sequence[str], environment: dict[str, str], *, again: bool, log_file: Path | None = None
    ) -> None:
        self.words = list(words)
        self.environment = environment
        self.again = again
        self.log_file = log_file
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; call from the main thread, because the kernel ties the child's death to the thread that forked."""
        out = self.log_file.open("ab") if self.log_file else None
        try:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "ops.cli", *self.words],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=process.dies_with_us(signal.SIGTERM),  # noqa: PLW1509 - calls only prctl, which takes no lock
            )
        finally:
            if out:
                out.close()

    def look(self) -> None:
        """Start it again when it has died and should live."""
        if self.again and self.child and self.child.poll() is not None:
            logger.warning("helper_restarted", command=self.words[0], code=self.child.returncode)
            self.start()

    def stop(self) -> None:
        """End it."""
        if self.child:
            process.stop(self.child, signal.SIGTERM)


@contextlib.asynccontextmanager
async def tended(pair: Pair, helpers: Sequence[Helper] = ()) -> AsyncIterator[None]:
    """Look after servers and helpers while the body runs, then end the helpers."""
    watch = asyncio.create_task(_watch(pair, helpers))
    try:
        yield
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        for helper in helpers:
            helper.stop()


async def _watch(pair: Pair, helpers: Sequence[Helper]) -> None:
    down = ""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            for name in pair.heal():
                logger.warning("server_restarted", server=name)
            down = ""
        except ShifenError as refusal:
            if down != refusal.problem.code:  # said once, tried each second
                down = refusal.problem.code
                logger.error("server_down", reason=down)  # noqa: TRY400 - a trace helps nobody here
                print(refusal.problem.read(current()), file=sys.stderr, flush=True)
        for helper in helpers:
            helper.look()
