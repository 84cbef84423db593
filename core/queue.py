"""The wake-up call to the worker over Valkey; losing it costs a few seconds and nothing else."""

import asyncio
from typing import Any

import msgspec

from core.addresses import Redis
from core.clock import now
from core.log import logger

SWEEP = "sweep"
"""The one job that is ever called: look what the outbox holds."""
PATIENCE_MS = 300
WINDOW_MS = 100
"""Calls within this span are one call."""

_pool: Any = None


def serialize(value: Any) -> bytes:  # noqa: ANN401 - arq's own envelope
    """Encode a job as MessagePack: pickle would run whatever stands in Valkey."""
    return msgspec.msgpack.encode(value)


def deserialize(data: bytes) -> Any:  # noqa: ANN401 - arq's own envelope
    """Decode a job."""
    return msgspec.msgpack.decode(data)


def redis_settings(address: Redis, retries: int = 20) -> Any:  # noqa: ANN401 - arq is imported late
    """Return arq's settings for an address, such that neither worker nor web dies with a restart of Valkey."""
    from arq.connections import RedisSettings
    from redis.asyncio.retry import Retry
    from redis.backoff import ExponentialBackoff
    from redis.exceptions import ConnectionError as RedisConnectionError
    from redis.exceptions import TimeoutError as RedisTimeoutError

    return RedisSettings(
        host=address.host,
        port=address.port,
        database=address.number,
        username=address.user or None,
        password=address.password or None,
        ssl=address.tls,
        conn_timeout=2,
        conn_retries=retries,
        conn_retry_delay=1,
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), retries),
        # The builtin error is the one that arq's worker meets when Valkey restarts.
        retry_on_error=[RedisConnectionError, RedisTimeoutError, ConnectionError],
    )


async def open_pool(address: Redis) -> None:
    """Connect this process to Valkey; a failure is no failure, the sweep finds the work."""
    global _pool  # noqa: PLW0603 - one connection pool a process
    from arq import create_pool

    try:
        settings = redis_settings(address, retries=0)
        _pool = await create_pool(settings, job_serializer=serialize, job_deserializer=deserialize)
    except Exception as failure:  # noqa: BLE001 - any failure means the same: no wake-ups
        logger(__name__).warning("valkey_unreachable", reason=type(failure).__name__)


async def close_pool() -> None:
    """Disconnect."""
    global _pool
    pool, _pool = _pool, None
    if pool is not None:
        await pool.aclose()


async def kick() -> None:
    """Wake the worker; best effort."""
    if _pool is None:
        return
    window = int(now().timestamp() * 1000) // WINDOW_MS
    try:
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await _pool.enqueue_job(SWEEP, _job_id=f"{SWEEP}:{window}")
    except Exception as failure:  # noqa: BLE001 - the change is committed; the sweep finds its work
        logger(__name__).warning("wake_up_lost", reason=type(failure).__name__)
