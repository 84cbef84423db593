"""Calls between processes over PostgreSQL: who waits hears at once that something has changed; a lost call costs a moment."""

import asyncio
from collections.abc import Callable

from core.database import connect
from core.log import logger
from core.settings import Settings

BOARDS = "shifen_boards"
"""Something has changed that pages show; the payload names the table."""
PEOPLE = "shifen_people"
"""Who somebody is or what they may do has changed: sessions, accounts, grants, the organisation, notices."""
WORK = "shifen_work"
"""The outbox holds something new."""
PAUSE_SECONDS = 1.0
BEAT_SECONDS = 1.0
"""So often the connection is asked for a sign of life; with it comes every call that was made before."""

Heard = Callable[[], None]
Told = Callable[["Bell"], None]


class Bell:
    """One connection of a process that hears calls; after a silence everybody is called, since something may have been missed."""

    def __init__(self, settings: Settings, told: Told | None = None) -> None:
        self._settings = settings
        self._told = told or (lambda _: None)
        self.connected = False
        self._heard: dict[str, list[Heard]] = {}

    def hear(self, channel: str, call: Heard) -> None:
        """Call this at every call on a channel; it must not wait for anything."""
        self._heard.setdefault(channel, []).append(call)

    async def listen(self) -> None:
        """Hear calls until cancelled, and come back after every outage."""
        while True:
            try:
                await self._connected()
            except Exception as failure:  # noqa: BLE001 - without calls everybody asks from time to time
                logger(__name__).warning("bell_silent", reason=type(failure).__name__)
            finally:
                self._say(connected=False)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _connected(self) -> None:
        """Hear calls for as long as the connection holds."""
        connection, gone = await connect(self._settings), asyncio.Event()
        lost = asyncio.ensure_future(gone.wait())
        try:
            connection.add_termination_listener(lambda _: gone.set())
            for channel in self._heard:
                await connection.add_listener(channel, lambda _c, _pid, name, _payload: self._call(name))
            self._say(connected=True)
            for channel in self._heard:
                self._call(channel)
            while not gone.is_set():
                await asyncio.wait({lost}, timeout=BEAT_SECONDS)
                await connection.execute("SELECT", timeout=BEAT_SECONDS)
        finally:
            lost.cancel()
            connection.terminate()

    def _say(self, *, connected: bool) -> None:
        self.connected = connected
        self._told(self)

    def _call(self, channel: str) -> None:
        for call in self._heard.get(channel, ()):
            call()
