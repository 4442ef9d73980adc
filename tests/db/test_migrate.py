"""Each branch has one head and survives upgrade, downgrade, upgrade."""

from collections.abc import Callable

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from db import migrate

pytestmark = pytest.mark.anyio

_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


@pytest.mark.parametrize("branch", ["node", "gateway"])
def test_one_head_per_branch(branch: migrate.Branch) -> None:
    scripts = ScriptDirectory.from_config(migrate.config("", branch))

    assert len(scripts.get_heads()) == 1


@pytest.mark.parametrize("branch", ["node", "gateway"])
async def test_upgrade_downgrade_upgrade(branch: migrate.Branch, new_database: Callable[..., object]) -> None:
    dsn = await new_database(branch)  # type: ignore[misc]
    conn = await asyncpg.connect(dsn)
    full = await conn.fetchval(_TABLES)

    migrate.downgrade(dsn, branch, "base")
    empty = await conn.fetchval(_TABLES)
    migrate.upgrade(dsn, branch)

    assert empty == 0
    assert await conn.fetchval(_TABLES) == full
    await conn.close()


def test_alembic_folder_is_no_package() -> None:
    assert not (migrate._scripts() / "__init__.py").exists()
