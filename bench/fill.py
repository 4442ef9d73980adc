"""Writes set L into the databases of a prepared zone, on all cores, with the same encryption and keyed hash as in use.

`python -m bench.fill --scale 0.02` lays out a zone, fills it, prints how long it took, and removes it.
"""

import argparse
import asyncio
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import asyncpg

from api.demo import zone as demo_zone
from api.demo.zone import Zone
from bench import set_l, set_l_rows, set_l_tasks
from db.at_rest import AtRest
from db.clock import monotonic_s
from db.pool import open_pool, transaction
from enforcement import loading
from enforcement.tasks import loading as task_loading
from federation.wire import keyfile

_STATEMENT_TIMEOUT_S: Final = 900.0
COUNTED: Final = ("cases", "parties", "assets", "measures", "tasks")


async def fill(zone: Zone, scale: float) -> dict[str, int]:
    """Make the databases and fill them; the number of rows of each table, over all courts."""
    await demo_zone.create_databases(zone)
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        jobs = []
        for court, division in set_l.DIVISIONS.items():
            dsn = zone.server.dsn(f"node_{division}")
            jobs.append(loop.run_in_executor(pool, _fill_court, dsn, zone.folder, court, scale))
        counts = await asyncio.gather(*jobs)
    found = {table: sum(count[table] for count in counts) for table in COUNTED}
    return found | {"tasks": found["tasks"] // 2}  # each stands at both of its courts


def _fill_court(dsn: str, folder: Path, court: str, scale: float) -> dict[str, int]:
    return asyncio.run(_fill(dsn, folder, court, scale))


async def _fill(dsn: str, folder: Path, court: str, scale: float) -> dict[str, int]:
    keys = {code: keyfile.read(folder / f"{division}.keys") for code, division in set_l.DIVISIONS.items()}
    at_rest = AtRest(keys[court].storage, keys[court].index)
    signers = {code: court_keys.signing for code, court_keys in keys.items()}
    pool = await open_pool(dsn, size=1, statement_timeout_s=_STATEMENT_TIMEOUT_S)
    try:
        async with transaction(pool) as conn:
            await loading.load(conn, at_rest, set_l_rows.rows(court, scale), synthetic_only=True)
            tasks = set_l_tasks.tasks(court, scale)
            await task_loading.load(court, conn, at_rest, tasks, signers, directory_version=1)
        async with pool.acquire() as conn:
            await conn.execute("VACUUM ANALYZE")
            return {table: await conn.fetchval(f"SELECT count(*) FROM {table}") for table in COUNTED}  # noqa: S608
    finally:
        await pool.close()


def main() -> None:
    """Fill a zone and throw it away."""
    words = argparse.ArgumentParser(description=main.__doc__)
    words.add_argument("--scale", type=float, default=0.02)
    scale = words.parse_args().scale
    zone = demo_zone.lay_out(9500)
    try:
        began = monotonic_s()
        counts = asyncio.run(fill(zone, scale))
        print(f"set L at scale {scale}: {monotonic_s() - began:.1f} s", counts)
    except asyncpg.PostgresError as error:
        print(error)
        raise SystemExit(1) from None
    finally:
        zone.close()


if __name__ == "__main__":
    main()
