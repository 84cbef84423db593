"""How the C library gives memory back: a web process holds thousands of connections, and must not keep what passed through."""

import ctypes

_MMAP_THRESHOLD = -3
"""`M_MMAP_THRESHOLD` of glibc's mallopt(3)."""
LARGE = 128 * 1024
"""Bytes from which on a block is mapped by itself and given back when it is freed: the default, until blocks of 32 MB move it up."""


def give_back() -> bool:
    """Keep the threshold where it begins; return whether this C library has one.

    Left alone, glibc raises it to the largest block that was ever freed, and answers to a thousand pages are then cut from a
    heap that small objects between them keep from shrinking.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_MMAP_THRESHOLD, LARGE) == 1
