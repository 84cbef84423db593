"""Folders in which root's servers can run too."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder that `nobody` can pass to as well: pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="shifen tests "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
