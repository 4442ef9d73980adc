from typing import Any

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop of every program of ours."""
    return "asyncio", {"use_uvloop": True}
