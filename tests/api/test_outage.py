"""The database goes away under a running web process: it says so, and heals alone."""

import time
from pathlib import Path

import httpx

from core.settings import load
from ops.connect import pointed as connected
from ops.embedded.pair import Pair
from ops.embedded.process import free_port
from tests.ops.programs import PATIENCE, migrating, pointed, running, wait_for

PATHS = ("/api/v1/me", "/api/v1/boards", "/boards", "/sign-in")


def asked(port: int, path: str) -> httpx.Response:
    """Ask as a browser with some cookie would: every request then needs the database."""
    cookie = {"cookie": "shifen=whatever"}
    return httpx.get(f"http://127.0.0.1:{port}{path}", headers=cookie, timeout=20, trust_env=False)


def test_while_the_database_is_away_every_answer_is_503_and_soon_after_it_is_back_none_is(tmp_path: Path) -> None:
    tmp_path.parent.chmod(0o711)
    pair = Pair(load({"SHIFEN_DATA": str(tmp_path / "own")}))
    addresses = pair.open()
    port = free_port()
    found = connected(load({}), addresses)
    try:
        with running(["migrate"], migrating(found), tmp_path) as tables:
            assert tables.process.wait(PATIENCE) == 0
        with running(["serve"], pointed(found, port), tmp_path) as web:
            wait_for(port, 200, web)
            assert asked(port, "/api/v1/me").status_code == 401
            assert pair.postgres
            assert pair.postgres.child
            pair.postgres.child.kill()
            pair.postgres.child.wait()
            answers = [asked(port, path) for path in PATHS for _ in range(3)]
            assert {answer.status_code for answer in answers} == {503}
            assert all("retry-after" in answer.headers for answer in answers)
            assert asked(port, "/healthz").status_code == 200
            assert asked(port, "/readyz").status_code == 503
            pair.heal()
            back = time.monotonic()
            while asked(port, "/api/v1/me").status_code != 401:
                assert time.monotonic() - back < 3, web.said()
    finally:
        pair.close()
