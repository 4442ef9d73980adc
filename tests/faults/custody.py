"""A delegated search for the canary's assets, left half-way: two messages full of canaries stay in custody."""

from typing import Any, Final

import anyio
import anyio.to_thread
import asyncpg

from api.demo import documents as d
from api.demo.stage import CENTRE, CHIEF, HANDLER, KAIHUA, SHEXIAN
from api.demo.story import Story, paper
from tests.faults import canaries as c

_SILENT: Final = "皖1022"
_QUEUED: Final = "SELECT count(*) FROM carried_messages WHERE state = 'QUEUED'"
_PATIENCE_S: Final = 30.0


async def leave_in_custody(story: Story) -> None:
    """The gateway holds a task for a court that is down, and a feedback for the court that delegated, down as well."""
    await _delegate(story, "canary", "皖1021")
    await story.reach(SHEXIAN, story.ids["canary"], "RECEIVED")
    await story.take("canary")
    await _search(story)
    await _stop(story, _SILENT)
    await _delegate(story, "canary-silent", _SILENT)
    await _held(story, 1)
    await _stop(story, c.HOME)
    feedback = {"result": "DONE_FULL", "note": c.FEEDBACK}
    await story.act(SHEXIAN, HANDLER, "submitFeedback", story.ids["canary"], "FED_BACK", **feedback)
    await _held(story, 2)


async def _delegate(story: Story, name: str, court: str) -> None:
    draft = await story.make(
        KAIHUA,
        HANDLER,
        d.CREATE_TASK,
        name,
        caseNumber=c.HOME_CASE,
        entrustedCourt=court,
        matter="INVESTIGATE_ASSETS",
        kinds=["VEHICLE", "BANK_DEPOSIT"],
        remark=c.TASK_REMARK,
        documents=[
            paper("DELEGATION_LETTER", c.HOME_CASE),
            paper("OFFICER_CERTIFICATE", "样证一、样证二"),
            paper("INVESTIGATION_NOTICE", c.HOME_CASE),
            paper("RULING", c.CANARY_RULING),
        ],
    )
    story.ids[name] = draft["id"]
    await story.act(KAIHUA, HANDLER, "submitDelegatedTask", draft["id"], "PENDING_APPROVAL")
    await story.act(KAIHUA, CHIEF, "approveDelegatedTask", draft["id"], "APPROVED")
    await story.act(KAIHUA, CENTRE, "dispatchDelegatedTask", draft["id"], "DISPATCHED")


async def _search(story: Story) -> None:
    asked = await story.make(
        SHEXIAN, HANDLER, d.REQUEST_SEARCH, "canary", taskId=story.ids["canary"], kinds=["VEHICLE", "BANK_DEPOSIT"]
    )

    async def look() -> dict[str, Any] | None:
        search = await story.one(SHEXIAN, HANDLER, d.SEARCH, {"id": asked["id"]})
        return search if search["status"] == "DONE" else None

    found = await story.until("the search's end", look)
    values = {part["value"] for finding in found["findings"] for part in finding["identity"]}
    assert {c.PLATE, c.VIN, c.ACCOUNT} <= values


async def _stop(story: Story, court: str) -> None:
    await anyio.to_thread.run_sync(story.zone.programs.programs[court].stop)


async def _held(story: Story, count: int) -> None:
    """Return once so many messages are in custody."""
    conn = await asyncpg.connect(story.zone.server.dsn("gateway"))
    try:
        with anyio.fail_after(_PATIENCE_S):
            while True:
                if await conn.fetchval(_QUEUED) == count:
                    return
                await anyio.sleep(0.1)
    finally:
        await conn.close()
