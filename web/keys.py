"""What tells one form that was shown from every other."""

from secrets import token_urlsafe


def fresh_key() -> str:
    """Return a new key that nobody can guess."""
    return token_urlsafe(18)
