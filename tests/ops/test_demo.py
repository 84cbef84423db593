"""The demo as a newcomer meets it: from an empty folder to pages, killed, started again, stopped."""

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from ops.embedded.process import free_port
from tests.ops.programs import PATIENCE, Program, running, status, taken_port, wait_for

pytestmark = pytest.mark.slow
SERVERS = {"postgres", "valkey-server", "work"}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Give one folder to all tests here: the second start finds what the first has made."""
    place = Path(tempfile.mkdtemp(prefix="shifen demo 演示 "))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place)


def _children(program: Program) -> dict[str, psutil.Process]:
    """Return the processes beneath a program by what they are."""
    found = {}
    for child in psutil.Process(program.process.pid).children():
        with suppress(psutil.NoSuchProcess):  # it may end while it is looked at
            words = child.cmdline()
            name = Path(child.exe()).name if "ops.cli" not in words else words[words.index("ops.cli") + 1]
            found[name] = child
    return found


def _gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def _wait_until_there(program: Program, killed: set[int]) -> None:
    """Wait until each server is there, under another number than the one that was killed."""
    end = time.monotonic() + PATIENCE
    while not {name for name, child in _children(program).items() if child.pid not in killed} >= SERVERS:
        assert time.monotonic() < end, program.said()
        time.sleep(0.1)


def _page(port: int, path: str) -> str:
    return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=20, trust_env=False, follow_redirects=True).text


def test_an_empty_folder_becomes_a_company_and_a_kill_of_any_part_heals(folder: Path) -> None:
    port = free_port()
    with running(["demo"], {"SHIFEN_PORT": str(port)}, folder) as demo:
        wait_for(port, 200, demo)
        assert "sulan" in _page(port, "/")
        assert f"http://127.0.0.1:{port}/" in demo.said()
        _wait_until_there(demo, killed=set())
        parts = _children(demo)
        for name in SERVERS:
            parts[name].kill()
        killed = {child.pid for name, child in parts.items() if name in SERVERS}
        _wait_until_there(demo, killed)
        wait_for(port, 200, demo)
        everything = psutil.Process(demo.process.pid).children(recursive=True)
        demo.end(signal.SIGKILL)
        assert _gone(everything)


def test_the_next_start_finds_its_data_and_ctrl_c_stops_everything(folder: Path) -> None:
    port = free_port()
    passwords = (folder / "data" / "demo.json").read_bytes()
    with running(["demo"], {"SHIFEN_PORT": str(port)}, folder) as demo:
        wait_for(port, 200, demo)
        assert (folder / "data" / "demo.json").read_bytes() == passwords
        with running(["demo"], {"SHIFEN_PORT": str(port)}, folder) as second:
            assert second.process.wait(PATIENCE) == 0
            assert f"running already: http://127.0.0.1:{port}/" in second.said()
        everything = psutil.Process(demo.process.pid).children(recursive=True)
        assert demo.end(signal.SIGINT) == 0, demo.said()
        assert _gone(everything)
        assert "Traceback" not in demo.said()
    assert status(port) == 0


def test_a_taken_port_sends_the_demo_to_the_next(folder: Path) -> None:
    other, port = taken_port()
    with other, running(["demo"], {"SHIFEN_PORT": str(port)}, folder) as demo:
        end = time.monotonic() + PATIENCE
        while "http://127.0.0.1:" not in demo.said():
            assert time.monotonic() < end, demo.said()
            time.sleep(0.1)
        assert f"http://127.0.0.1:{port}/" not in demo.said()
        assert demo.end(signal.SIGINT) == 0
