"""督办 at a court: what the gateway tells of supervisions of its tasks becomes the mark SUPERVISED beside their state.

The node asks again and again -> the gateway answers, signed, with every supervision of the court's tasks that is
neither answered nor closed -> what is new is kept, and marked -> what the answer no longer tells of is cleared, and
with the last one of a task its mark.

Invariant: a mark says that a superior court asks, and by when; it moves nothing, holds no text, and its task's version
stays. An answer that is not whole clears nothing.
"""

import logging
from datetime import datetime
from typing import Final

from db import events, supervision_marks, task_history, tasks
from db.pool import Conn, transaction
from db.records.supervision_marks import SupervisionMarkRecord
from db.records.tasks import OverlayRecord
from enforcement import marks_content
from enforcement.court import CourtNode
from enforcement.marks_content import NotMarks, SupervisionMark
from enforcement.tasks import log
from federation.clear import marks
from federation.clear.marks import Malformed, Marks
from federation.clear.passing import NoAnswer
from federation.wire.errors import UnknownVersion, WireError

_LOG: Final = logging.getLogger(__name__)
SUPERVISED: Final = "SUPERVISED"
_CLEARED: Final = "SUPERVISION_CLEARED"
"""What subscribers of a task hear when its last supervision is answered or closed."""


async def follow(court: CourtNode) -> None:
    """Take over what the gateway tells now; quiet when it cannot be reached, or what it says cannot be verified."""
    directory = court.directory
    raw = marks.write_request(court.clock, court=court.code, directory=directory.current().version, signer=court.signer)
    try:
        told = marks.open_answer(directory, await marks.fetch(court.zone, raw), request=raw)
    except NoAnswer:
        return
    except UnknownVersion:
        await court.fetch()
        return
    except (Malformed, WireError):
        _LOG.warning("answer about supervisions refused")
        return
    await take(court, told)


async def take(court: CourtNode, told: Marks) -> None:
    """Keep what the gateway told."""
    try:
        found = marks_content.read(told.content)
    except NotMarks:
        _LOG.warning("supervisions malformed")
        return
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        known = {task.id for task in await tasks.several(conn, [mark.task for mark in found])}
        for mark in found:
            if mark.task in known:
                await _add(conn, mark, now)
        if told.is_whole:
            await _clear(conn, {mark.id for mark in found}, now)


async def _add(conn: Conn, mark: SupervisionMark, now: datetime) -> None:
    record = SupervisionMarkRecord(
        id=mark.id,
        task_id=mark.task,
        ground=mark.ground,
        origin=mark.origin,
        raised_by=mark.raised_by,
        court=mark.court,
        respond_by=mark.respond_by,
        raised_at=mark.at,
    )
    if not await supervision_marks.add(conn, record):
        return
    await task_history.add_overlay(conn, OverlayRecord(mark.task, SUPERVISED, mark.at, mark.raised_by, mark.ground))
    await events.add(conn, topic=log.TOPIC, ref=mark.task, kind=SUPERVISED, now=now)


async def _clear(conn: Conn, told: set[object], now: datetime) -> None:
    standing = await supervision_marks.standing(conn)
    gone = [mark for mark in standing if mark.id not in told]
    await supervision_marks.clear(conn, [mark.id for mark in gone], now)
    left = {mark.task_id for mark in standing if mark.id in told}
    for task_id in sorted({mark.task_id for mark in gone} - left):
        await task_history.clear_overlay(conn, task_id, SUPERVISED, now)
        await events.add(conn, topic=log.TOPIC, ref=task_id, kind=_CLEARED, now=now)
