"""What a court's node fetches of supervisions at the gateway (督办标记): those of its tasks that wait for an answer.

Invariant: a court learns of its own tasks alone, on either side of them.
"""

from db import supervisions
from db.records.framework import SupervisionRecord
from enforcement import marks_content
from enforcement.desk.gateway import GatewayDesk
from enforcement.marks_content import MOST_MARKS, SupervisionMark
from federation.clear import marks
from federation.clear.marks import Marks


async def answer(desk: GatewayDesk, raw: bytes) -> bytes:
    """The gateway's signed answer to a court's signed request.

    Raises:
        Malformed, Stale, UnknownVersion, WireError: see `marks.open_request`.
    """
    court = marks.open_request(desk.directory, raw, desk.clock)
    async with desk.pool.acquire() as conn:
        found = await supervisions.unanswered(conn, court, MOST_MARKS + 1)
    content = marks_content.write([_mark(each) for each in found[:MOST_MARKS]], desk.clock.now())
    return marks.write_answer(
        Marks(content, is_whole=len(found) <= MOST_MARKS),
        request=raw,
        clock=desk.clock,
        directory=desk.directory.current().version,
        signer=desk.clear.signer,
    )


def _mark(record: SupervisionRecord) -> SupervisionMark:
    return SupervisionMark(
        id=record.id,
        task=record.track_id,
        ground=record.ground.value,
        origin=record.origin.value,
        raised_by=record.raised_by,
        court=record.court,
        respond_by=record.respond_by,
        at=record.recorded_at,
    )
