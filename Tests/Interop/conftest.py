"""One home with running planes for the whole session; the client and the verifier under test are those in config/examples."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "config" / "examples"
sys.path[:0] = [str(EXAMPLES), str(EXAMPLES / "verifier"), str(EXAMPLES / "nanda")]

from home import Home  # noqa: E402  (needs the path above)


def pytest_report_header():
    """The seed of the random cases, before any of them runs."""
    return f"TEST_SEED={os.environ.get('TEST_SEED', '20260102')}"


@pytest.fixture(scope="session")
def home():
    """Started by `planectl init` and `planectl up`; stopped and removed at the end, whatever happened."""
    with tempfile.TemporaryDirectory(prefix="planes-", ignore_cleanup_errors=True) as folder:
        started = Home(Path(os.environ["BIN"]), Path(folder))
        started.planectl("init")
        try:
            started.planectl("up")
            yield started
        finally:
            started.planectl("down", check=False)
