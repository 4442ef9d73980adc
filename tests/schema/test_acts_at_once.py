"""Two officers who act at the same instant: one of them has acted, the other is told, and nothing stands twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import pytest

from db.clock import SetClock
from enforcement.rules.rights import Role
from tests.enforcement import registry_zone as rz
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    HANDLER,
    PRESIDENT,
    THEIR_CENTRE,
    NewDatabase,
    Pair,
    pair,
    who,
)
from tests.federation.zone import SHEXIAN
from tests.schema.bad_input import ask
from tests.schema.test_delegate_seizure import OFFICERS_PAPERS, found
from tests.schema.test_task_graphql import new

pytestmark = pytest.mark.anyio
OTHER_CENTRE: Final = who(SHEXIAN, 8, Role.COMMAND_CENTRE)
AtOnce = Callable[[Pair], Awaitable[list[Awaitable[Any]]]]


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def _signed_for(courts: Pair) -> list[Awaitable[Any]]:
    task = await courts.received()
    given = {"id": str(task.id), "version": task.version}
    theirs = courts.theirs.node
    return [ask(theirs, each, "signForDelegatedTask", given) for each in (THEIR_CENTRE, OTHER_CENTRE)]


async def _approved_and_refused(courts: Pair) -> list[Awaitable[Any]]:
    ours, task = courts.ours.node, await courts.created()
    submitted: Any = await ask(ours, HANDLER, "submitDelegatedTask", {"id": str(task.id), "version": task.version})
    assert "code" not in submitted
    given = {"id": str(task.id), "version": task.version + 1}
    return [
        ask(ours, CHIEF, "approveDelegatedTask", given),
        ask(ours, PRESIDENT, "refuseDelegatedTaskApproval", given | {"opinion": "材料不全"}),
    ]


async def _dispatched_and_withdrawn(courts: Pair) -> list[Awaitable[Any]]:
    ours, task = courts.ours.node, await courts.approved()
    given = {"id": str(task.id), "version": task.version}
    return [
        ask(ours, CENTRE, "dispatchDelegatedTask", given),
        ask(ours, CHIEF, "withdrawDelegatedTask", given | {"reason": "已履行"}),
    ]


async def _drafted(courts: Pair) -> list[Awaitable[Any]]:
    keys = ("one", "two")
    return [ask(courts.ours.node, HANDLER, "createDelegatedTask", new(idempotencyKey=key)) for key in keys]


async def _ruled(courts: Pair) -> list[Awaitable[Any]]:
    asset = str(await rz.add_asset(courts.ours))
    given = {"caseNumber": rz.NUMBER, "assetId": asset, "kind": "SEIZE", "rulingNo": rz.RULING}
    return [ask(courts.ours.node, HANDLER, "ruleMeasure", given | {"idempotencyKey": key}) for key in ("one", "two")]


async def _seized(courts: Pair) -> list[Awaitable[Any]]:
    finding = await found(courts, fed_back=False)
    given = {"findingId": str(finding), "rulingNo": rz.RULING, "documents": OFFICERS_PAPERS}
    ours = courts.ours.node
    return [ask(ours, HANDLER, "delegateSeizure", given | {"idempotencyKey": key}) for key in ("one", "two")]


ACTS: Final[dict[str, tuple[AtOnce, str]]] = {
    "sign for": (_signed_for, "STALE_VERSION"),
    "approve and refuse": (_approved_and_refused, "STALE_VERSION"),
    "dispatch and withdraw": (_dispatched_and_withdrawn, "STALE_VERSION"),
    "draft": (_drafted, "DUPLICATE_OF"),
    "rule": (_ruled, "DUPLICATE_OF"),
    "have a find seized": (_seized, "DUPLICATE_OF"),
}


@pytest.mark.parametrize("what", ACTS)
async def test_one_of_two_has_acted(courts: Pair, what: str) -> None:
    prepared, code = ACTS[what]

    told = await asyncio.gather(*await prepared(courts))

    assert sorted(answer.get("code", "done") for answer in told) == sorted(["done", code])


async def test_a_find_adopted_twice_is_one_asset(courts: Pair) -> None:
    finding, ours = str(await found(courts, fed_back=False)), courts.ours.node
    keys = ("one", "two")

    told = await asyncio.gather(
        *(ask(ours, HANDLER, "adoptFinding", {"findingId": finding, "idempotencyKey": key}) for key in keys)
    )

    assert [answer.get("code") for answer in told] == [None, None]
    assert await courts.ours.count("assets") == 1
