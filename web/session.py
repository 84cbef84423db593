"""The session's cookie."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from core.clock import now
from org.sessions import cookie_name


def signed_in_cookie(request: Request[Any, Any, Any], secret: str, expires_at: datetime) -> Cookie:
    """Return the cookie that carries a new session; it is for this host, for HTTP alone, and Secure over HTTPS."""
    https = is_https(request)
    return Cookie(
        key=cookie_name(https=https),
        value=secret,
        max_age=max(0, int((expires_at - now()).total_seconds())),
        path="/",
        httponly=True,
        secure=https,
        samesite="lax",
    )


def signed_out_cookie(request: Request[Any, Any, Any]) -> Cookie:
    """Return the cookie that takes the session out of the browser."""
    https = is_https(request)
    return Cookie(
        key=cookie_name(https=https), value="", max_age=0, path="/", httponly=True, secure=https, samesite="lax"
    )


def secret_of(request: Request[Any, Any, Any]) -> str | None:
    """Return the session's secret that the browser sent."""
    value: str | None = request.cookies.get(cookie_name(https=is_https(request)))
    return value


def is_https(request: Request[Any, Any, Any]) -> bool:
    """Tell whether the reader's connection is encrypted."""
    return bool(request.scope["scheme"] == "https")
