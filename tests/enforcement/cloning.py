"""Many rows like one: what a sweep meets when there are more than it reads at once."""

from typing import Final

from db.pool import Pool

ID: Final = "('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid"
"""The id of the nth clone; they come before every other."""


async def cloned(pool: Pool, table: str, count: int, **changes: str) -> None:
    """`count` more rows like the newest of the table; `changes` are SQL, in which `n` counts from 1."""
    async with pool.acquire() as conn:
        columns = await conn.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO'", table
        )
        names = [row[0] for row in columns]
        given = [({"id": ID} | changes).get(name, f"model.{name}") for name in names]
        await conn.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(given)}"
            f" FROM (SELECT * FROM {table} ORDER BY id DESC LIMIT 1) AS model, generate_series(1, $1) AS n",
            count,
        )
