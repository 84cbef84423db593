"""The cast, for the tests of scoring on a database."""

from tests.cast import cast

__all__ = ["cast"]
