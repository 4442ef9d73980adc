"""One assistance notice, as who may read its measure or its task reads it."""

from uuid import UUID

from db import notices
from db.records.searches import NoticeRecord
from enforcement import measure_views
from enforcement.court import CourtNode
from enforcement.rules import rights, scopes
from enforcement.rules.refusals import Forbidden, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.tasks import reading


async def read(court: CourtNode, caller: Caller | None, notice_id: UUID) -> NoticeRecord:
    """The notice.

    Raises:
        Forbidden: also a party.
        NotFound: no such notice, or none that the caller may know of.
    """
    reader = rights.check(caller, Act.READ_CASE)
    if scopes.owned_measures(reader) is not None:
        raise Forbidden
    async with court.pool.acquire() as conn:
        notice = await notices.get(conn, notice_id)
    if notice is None:
        raise NotFound
    if notice.task_id is not None:
        await reading.read(court, caller, notice.task_id)
    elif notice.measure_id is not None:
        await measure_views.read(court, caller, notice.measure_id)
    return notice
