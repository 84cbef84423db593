"""What a session is: how long it lives, what stands in its cookie, and the token that forms carry."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How often the last sight of a session is written down."""
TRIES = 10
TRIES_WITHIN = timedelta(minutes=15)
TOKEN_PREFIX = "shf_"  # noqa: S105 - the mark by which leaked tokens are found, no secret


def stored(secret: str) -> str:
    """Return what the database keeps of a session's or a token's secret."""
    return sha256(secret.encode()).hexdigest()


def cookie_name(*, https: bool) -> str:
    """Return the cookie's name; over HTTPS the browser itself ties `__Host-` to this host and to HTTPS."""
    return "__Host-shifen" if https else "shifen"


def form_token(key: str, session_id: str) -> str:
    """Return the token that a changing request must carry: nobody can make it for another's session."""
    return hmac.new(key.encode(), b"form:" + session_id.encode(), sha256).hexdigest()


def is_form_token(key: str, session_id: str, given: str | None) -> bool:
    """Tell whether a token belongs to a session, in constant time."""
    return hmac.compare_digest(form_token(key, session_id).encode(), (given or "").encode("utf-8", "replace"))


def is_over(now: datetime, seen_at: datetime, expires_at: datetime) -> bool:
    """Tell whether a session has ended by itself."""
    return now >= expires_at or now - seen_at >= IDLE
