"""Passwords as Argon2id hashes, and which passwords are refused."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Problem, problem

SHORTEST = 10
LONGEST = 128
# OWASP's second choice of equal strength: 19 MiB and two passes, so that a crowd signing in does not fill the memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys() -> str:
    """Return what is checked where there is no account, so that an unknown name takes as long as a wrong password."""
    return _HASHER.hash("the password of nobody")


def hashed(password: str) -> str:
    """Return what is stored of a password."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether a password is the stored one; as slow without a stored one as with it."""
    try:
        _HASHER.verify(stored or _nobodys(), password[: LONGEST * 4])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def weakness(password: str, username: str) -> Problem | None:
    """Return why a new password is refused, None when it is taken."""
    if not SHORTEST <= len(password) <= LONGEST:
        return problem(
            "password_length",
            f"密码应为 {SHORTEST} 至 {LONGEST} 个字符。",
            f"A password has {SHORTEST} to {LONGEST} characters.",
        )
    if username.lower() in password.lower() or len(set(password)) < SHORTEST // 2:
        return problem(
            "password_simple",
            "密码不能包含用户名，也不能只由少数几个字符组成。",
            "A password may not contain the user name nor consist of a few characters repeated.",
        )
    return None
