"""Servers a test may kill."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import run
from tests.harness.valkey import Valkey


@pytest.fixture
def a_valkey_to_kill() -> Iterator[Valkey]:
    folder = Path(tempfile.mkdtemp(prefix="v-", dir=run.folder()))
    server = Valkey(folder, name=folder.name)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)
