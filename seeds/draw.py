"""Chance without a generator: every draw is a hash of what it is for, so neither order, process nor machine changes it."""

from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]
Wholes: TypeAlias = NDArray[np.int64]
THOUSAND = 1000
"""One standard deviation, and one as a probability, in the integers used here."""
MILLION = 1_000_000

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_WORD = 0xFFFFFFFFFFFFFFFF
_MASK = np.uint64(0xFFFF)
_MEAN_OF_FOUR = 131_070
_SD_OF_FOUR = 37_837
_SMALL = 12


def key(*parts: int | str) -> int:
    """Return the number under which a purpose such as ("quality", 7) draws."""
    total = 0
    for part in parts:
        number = crc32(part.encode()) if isinstance(part, str) else int(part)
        total = _mixed_one(total * 31 + number)
    return total


def one_below(base: int, number: int, end: int) -> int:
    """Return what `below` gives for a single number, without the cost of a column."""
    return (_mixed_one(_mixed_one(base * 31 + number)) >> 11) % end


def _mixed_one(state: int) -> int:
    state = (state + int(_STEP)) & _WORD
    state = ((state ^ (state >> 30)) * int(_FIRST)) & _WORD
    state = ((state ^ (state >> 27)) * int(_SECOND)) & _WORD
    return state ^ (state >> 31)


def keys(base: int, *columns: Wholes | int) -> Keys:
    """Return one key a row from a purpose and columns of whole numbers, which are broadcast together."""
    state: Keys = np.asarray(np.uint64(base))
    for column in columns:
        numbers = np.asarray(column, dtype=np.int64).astype(np.uint64)
        with np.errstate(over="ignore"):
            state = _mixed(state * np.uint64(31) + numbers)
    return state


def _mixed(state: Keys) -> Keys:
    """Return splitmix64 of a column; overflow is meant."""
    with np.errstate(over="ignore"):
        state = np.asarray(state) + _STEP
        state = (state ^ (state >> np.uint64(30))) * _FIRST
        state = (state ^ (state >> np.uint64(27))) * _SECOND
        mixed: Keys = state ^ (state >> np.uint64(31))
    return mixed


def below(seeds: Keys, ends: Wholes | int) -> Wholes:
    """Return whole numbers from 0 to end - 1, all alike likely."""
    return (_mixed(seeds) >> np.uint64(11)).astype(np.int64) % np.asarray(ends, dtype=np.int64)


def normal(seeds: Keys) -> Wholes:
    """Return bell-shaped numbers in thousandths of a standard deviation, never beyond 3.5."""
    bits = _mixed(seeds)
    total = np.zeros(np.shape(bits), dtype=np.int64)
    for shift in (0, 16, 32, 48):
        total += ((bits >> np.uint64(shift)) & _MASK).astype(np.int64)
    return (total - _MEAN_OF_FOUR) * THOUSAND // _SD_OF_FOUR


def hits(seeds: Keys, tries: Wholes, chance: Wholes) -> Wholes:
    """Return how many of so many tries succeed, each with its chance in millionths."""
    few = np.minimum(tries, _SMALL)
    counted = np.zeros(np.shape(tries), dtype=np.int64)
    for number in range(int(few.max(initial=0))):
        counted += (number < few) & (below(keys(number + 1, seeds.astype(np.int64)), MILLION) < chance)
    spread = root(tries * (chance // THOUSAND) * ((MILLION - chance) // THOUSAND))
    many = (tries * chance + spread * normal(seeds) + MILLION // 2) // MILLION
    return np.where(tries <= _SMALL, counted, np.clip(many, 0, tries))


def root(squares: Wholes) -> Wholes:
    """Return whole square roots; IEEE makes them the same on any machine."""
    return np.sqrt(np.asarray(squares, dtype=np.float64)).astype(np.int64)
