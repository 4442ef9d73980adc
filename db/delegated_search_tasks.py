"""The table `delegated_search_tasks`: which task asks which court for a delegated search."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.delegated_searches import SearchTaskRecord

_record = mapper(SearchTaskRecord)

_ADD: Final = insertion("delegated_search_tasks", SearchTaskRecord)


async def add(conn: Conn, link: SearchTaskRecord) -> None:
    """Bind a task to its search."""
    await conn.execute(_ADD, *values(link))


_FOLLOW: Final = """
    INSERT INTO delegated_search_tasks (task_id, search_id, court, no)
    SELECT $2, old.search_id, old.court,
           (SELECT max(no) + 1 FROM delegated_search_tasks
             WHERE search_id = old.search_id AND court = old.court)
      FROM delegated_search_tasks AS old WHERE old.task_id = $1
"""


async def follow(conn: Conn, task_id: UUID, clone_id: UUID) -> None:
    """The clone asks the court in place of the task that it repeats, if that one is part of a search."""
    await conn.execute(_FOLLOW, task_id, clone_id)


_SEARCH_OF: Final = "SELECT search_id FROM delegated_search_tasks WHERE task_id = $1"


async def search_of(conn: Conn, task_id: UUID) -> UUID | None:
    """The search that the task is part of, if any."""
    search_id: UUID | None = await conn.fetchval(_SEARCH_OF, task_id)
    return search_id


_SEARCHES_OF: Final = "SELECT DISTINCT search_id FROM delegated_search_tasks WHERE task_id = ANY ($1) LIMIT 1000"


async def searches_of(conn: Conn, task_ids: Sequence[UUID]) -> list[UUID]:
    """The searches of which one of these tasks is a part."""
    return [row["search_id"] for row in await conn.fetch(_SEARCHES_OF, list(task_ids))]


_OF_SEARCHES: Final = """
    SELECT task_id, search_id, court, no FROM delegated_search_tasks
     WHERE search_id = ANY ($1) ORDER BY search_id, court, no LIMIT 10000
"""


async def of_searches(conn: Conn, search_ids: Sequence[UUID]) -> list[SearchTaskRecord]:
    """The links of several searches, by court and number: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_SEARCHES, list(search_ids))]
