"""The cast for tests of places."""

from tests.cast import cast

__all__ = ["cast"]
