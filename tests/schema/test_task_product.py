"""Delegated tasks through the node's GraphQL: every state, every act, every office, at both courts.

The table is written by hand. What it has is done; anything else is refused by its code and changes no row of a task.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid4

import pytest

from db.clock import SetClock
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import FeedbackPayload
from enforcement.rules.feedback import ReturnReason
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.tasks import concluding, drafting, handling, requests
from enforcement.tasks.contents import Communication, SupplementRequestPayload
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    DIGEST,
    HANDLER,
    PRESIDENT,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    who,
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

S: TypeAlias = DelegatedTaskStatus
R: TypeAlias = Role
Given: TypeAlias = Callable[[SetClock], dict[str, Any]]
_DRAFTED: Final = frozenset({S.DRAFT, S.PENDING_APPROVAL, S.APPROVED})
_OPEN: Final = frozenset({S.RECEIVED, S.SIGNED_FOR, S.IN_PROGRESS})
_ENDED: Final = frozenset({S.COMPLETED, S.RETURNED, S.WITHDRAWN})
_DISPUTABLE: Final = _OPEN | {S.SUPPLEMENT_REQUESTED, S.FED_BACK}
PAPER: Final = {"kind": "RULING", "number": "之一", "sha256": DIGEST}


def _spoken(clock: SetClock) -> dict[str, Any]:
    return {"communication": {"at": clock.now().isoformat(), "channel": "PHONE"}}


@dataclass(frozen=True, slots=True)
class Row:
    """One act: at which court, by whom, from which states; what it takes besides the task and its version."""

    court: str
    roles: frozenset[Role]
    states: frozenset[DelegatedTaskStatus]
    given: Given = field(default=lambda _clock: {})
    is_drafting: bool = False  # it moves the draft, not the shared log
    is_beside: bool = False  # it is kept beside the log: it takes a key, and no version


ACTS: Final[Mapping[str, Row]] = {
    "submitDelegatedTask": Row(KAIHUA, frozenset({R.HANDLER}), frozenset({S.DRAFT}), is_drafting=True),
    "approveDelegatedTask": Row(
        KAIHUA, frozenset({R.BUREAU_CHIEF, R.PRESIDENT}), frozenset({S.PENDING_APPROVAL}), is_drafting=True
    ),
    "refuseDelegatedTaskApproval": Row(
        KAIHUA,
        frozenset({R.BUREAU_CHIEF, R.PRESIDENT}),
        frozenset({S.PENDING_APPROVAL}),
        lambda _: {"opinion": "材料不全"},
        is_drafting=True,
    ),
    "dispatchDelegatedTask": Row(KAIHUA, frozenset({R.COMMAND_CENTRE}), frozenset({S.APPROVED}), is_drafting=True),
    "cloneDelegatedTask": Row(
        KAIHUA,
        frozenset({R.HANDLER}),
        frozenset({S.RETURNED}),
        lambda _: {"idempotencyKey": uuid4().hex},
        is_drafting=True,
    ),
    "signForDelegatedTask": Row(SHEXIAN, frozenset({R.COMMAND_CENTRE}), frozenset({S.RECEIVED})),
    "assignDelegatedTask": Row(
        SHEXIAN,
        frozenset({R.BUREAU_CHIEF}),
        frozenset({S.SIGNED_FOR, S.IN_PROGRESS}),
        lambda _: {"officerId": THEIR_OFFICER.officer_id},
    ),
    "recordHandlingStep": Row(
        SHEXIAN,
        frozenset({R.HANDLER}),
        frozenset({S.IN_PROGRESS}),
        lambda clock: {
            "kind": "SEARCHED",
            "at": clock.now().isoformat(),
            "officers": [THEIR_OFFICER.officer_id],
            "note": "查车",
        },
    ),
    "requestSupplement": Row(
        SHEXIAN,
        frozenset({R.HANDLER, R.COMMAND_CENTRE}),
        _OPEN,
        lambda clock: {"papers": ["RULING"]} | _spoken(clock),
    ),
    "supplementDelegatedTask": Row(
        KAIHUA, frozenset({R.HANDLER}), frozenset({S.SUPPLEMENT_REQUESTED}), lambda _: {"documents": [PAPER]}
    ),
    "submitFeedback": Row(
        SHEXIAN, frozenset({R.HANDLER}), frozenset({S.IN_PROGRESS}), lambda _: {"result": "NOT_FOUND_ASSET"}
    ),
    "confirmDelegatedTask": Row(KAIHUA, frozenset({R.HANDLER}), frozenset({S.FED_BACK})),
    "rejectFeedback": Row(KAIHUA, frozenset({R.HANDLER}), frozenset({S.FED_BACK}), lambda _: {"reason": "缺回执"}),
    "returnDelegatedTask": Row(
        SHEXIAN,
        frozenset({R.BUREAU_CHIEF}),
        _OPEN | {S.SUPPLEMENT_REQUESTED},
        lambda clock: {"reason": "NO_LINK_TO_DISTRICT"} | _spoken(clock),
    ),
    "withdrawDelegatedTask": Row(
        KAIHUA,
        frozenset({R.HANDLER, R.BUREAU_CHIEF}),
        _DRAFTED | _OPEN | {S.DISPATCHED, S.SUPPLEMENT_REQUESTED},
        lambda _: {"reason": "已履行"},
    ),
    "evaluateDelegatedTask": Row(
        KAIHUA,
        frozenset({R.HANDLER, R.BUREAU_CHIEF}),
        frozenset({S.COMPLETED}),
        lambda _: {"score": 5, "idempotencyKey": uuid4().hex},
        is_beside=True,
    ),
    "complainDelegatedTask": Row(
        KAIHUA,
        frozenset({R.BUREAU_CHIEF, R.PRESIDENT, R.COMMAND_CENTRE}),
        _DISPUTABLE,
        lambda _: {"ground": "DISPUTE", "reason": "意见不一", "idempotencyKey": uuid4().hex},
        is_beside=True,
    ),
}
REQUESTS: Final = {"withdrawDelegatedTask", "supplementDelegatedTask"}
"""Sent by the court that may not append; the other one's node answers."""
ELSEWHERE: Final = {
    "createDelegatedTask": "test_task_graphql.py",  # there is no task yet
    "postTaskNote": "test_conversation_graphql.py",  # whose task it is decides, not where it stands
    "readTaskNotes": "test_conversation_graphql.py",
    "answerComplaint": "test_task_overlays_graphql.py",  # about a complaint, not about where the task stands
    "closeComplaint": "test_task_overlays_graphql.py",
    "forwardObjection": "test_task_overlays_graphql.py",  # at any time: an objection waits for nobody
    "decideObjection": "test_task_overlays_graphql.py",
    "delegateSeizure": "test_delegate_seizure.py",  # about a find
    "handOverVehicle": "test_seizures.py",  # about a vehicle that is in custody
}
"""Acts whose refusals do not come from the state of a task, and the tests that try them."""

STATES: Final = {
    KAIHUA: tuple(S),
    SHEXIAN: tuple(state for state in S if state not in _DRAFTED | {S.DISPATCHED}),
}
_KNOWN: Final[Mapping[str, Mapping[Role, Caller]]] = {
    KAIHUA: {R.HANDLER: HANDLER, R.BUREAU_CHIEF: CHIEF, R.PRESIDENT: PRESIDENT, R.COMMAND_CENTRE: CENTRE},
    SHEXIAN: {R.HANDLER: THEIR_OFFICER, R.BUREAU_CHIEF: THEIR_CHIEF, R.COMMAND_CENTRE: THEIR_CENTRE},
}
_EVERY: Final[tuple[Role | None, ...]] = (*R, None)
CALLERS: Final[Mapping[str, Mapping[Role | None, Caller | None]]] = {
    court: {role: None if role is None else known.get(role, who(court, 9, role)) for role in _EVERY}
    for court, known in _KNOWN.items()
}
"""One officer of each office at each court; None has not signed in."""


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


# how a task came where it stands


async def _submitted(courts: Pair) -> TaskRecord:
    task = await courts.created()
    return await drafting.submit(courts.ours.node, HANDLER, task.id, task.version)


async def _signed(courts: Pair) -> TaskRecord:
    task = await courts.received()
    return await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)


async def _asked(courts: Pair) -> TaskRecord:
    task, now = await courts.in_progress(), courts.ours.node.clock.now()
    wanted = SupplementRequestPayload(papers=["RULING"], communication=Communication(at=now, channel="PHONE"))
    return await handling.request_supplement(courts.theirs.node, THEIR_CENTRE, task.id, task.version, wanted)


async def _fed_back(courts: Pair) -> TaskRecord:
    task = await courts.in_progress()
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    return await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)


async def _completed(courts: Pair) -> TaskRecord:
    await courts.road.run()
    task = await _fed_back(courts)
    await courts.road.run()
    own = await courts.task(KAIHUA, task.id)
    return await concluding.confirm(courts.ours.node, HANDLER, own.id, own.version)


async def _returned(courts: Pair) -> TaskRecord:
    task, now = await courts.in_progress(), courts.ours.node.clock.now()
    return await handling.return_task(
        courts.theirs.node,
        THEIR_CHIEF,
        task.id,
        task.version,
        reason=ReturnReason.NO_LINK_TO_DISTRICT,
        communication=Communication(at=now, channel="PHONE"),
    )


async def _withdrawn(courts: Pair) -> TaskRecord:
    task = await courts.in_progress()
    own = await courts.task(KAIHUA, task.id)
    return await requests.withdraw(courts.ours.node, HANDLER, own.id, own.version, reason="已履行")


COMES: Final[Mapping[DelegatedTaskStatus, Callable[[Pair], Awaitable[TaskRecord]]]] = {
    S.DRAFT: Pair.created,
    S.PENDING_APPROVAL: _submitted,
    S.APPROVED: Pair.approved,
    S.DISPATCHED: Pair.dispatched,
    S.RECEIVED: Pair.received,
    S.SIGNED_FOR: _signed,
    S.SUPPLEMENT_REQUESTED: _asked,
    S.IN_PROGRESS: Pair.in_progress,
    S.FED_BACK: _fed_back,
    S.COMPLETED: _completed,
    S.RETURNED: _returned,
    S.WITHDRAWN: _withdrawn,
}


async def come(courts: Pair, state: DelegatedTaskStatus) -> UUID:
    """A task that stands in `state` at every court that knows it."""
    task = await COMES[state](courts)
    if state is not S.DISPATCHED:
        await courts.road.run()
    assert (await courts.task(KAIHUA, task.id)).status == state
    return task.id


_TABLES: Final = """
    SELECT tablename FROM pg_tables
     WHERE schemaname = 'public'
       AND (tablename LIKE 'task%' OR tablename IN ('outbox', 'events', 'measures', 'findings'))
     ORDER BY tablename
"""
_ROWS: Final = "SELECT coalesce(string_agg(t::text, '\n' ORDER BY t::text), '') FROM {} t"


async def rows(court: CourtNode) -> dict[str, str]:
    """Every row about tasks, and all that is queued or announced."""
    async with court.pool.acquire() as conn:
        names = [row["tablename"] for row in await conn.fetch(_TABLES)]
        return {name: await conn.fetchval(_ROWS.format(name)) for name in names}


async def act(courts: Pair, court: str, caller: Caller | None, name: str, task_id: UUID, clock: SetClock) -> Any:
    """What the mutation answers, given the task as it stands."""
    node, row = courts.road.courts[court], ACTS[name]
    version = {} if row.is_beside else {"version": await _version(node, task_id)}
    given = {"id": str(task_id)} | version | row.given(clock)
    mutation: Any = SCHEMA._schema.mutation_type  # graphql-core's own schema
    document = f"""mutation ($input: {mutation.fields[name].args["input"].type}) {{ {name}(input: $input) {{
        __typename ... on DelegatedTask {{ status }} ... on Problem {{ code }} }} }}"""
    context = NodeContext(court=node, caller=caller, language="en")
    answer: Any = await SCHEMA.execute(document, variable_values={"input": given}, context_value=context)
    assert answer.errors is None, answer.errors
    return answer.data[name]


async def _version(node: CourtNode, task_id: UUID) -> int:
    found = await node.pool.fetchval("SELECT version FROM tasks WHERE id = $1", task_id)
    return int(found or 1)


def refusal(name: str, court: str, role: Role | None, state: DelegatedTaskStatus) -> str | None:
    """The code by which the table refuses; None when it has the act."""
    row = ACTS[name]
    if role not in row.roles:
        return "FORBIDDEN"
    if court != row.court:
        return "NOT_FOUND"
    if state in row.states:
        return None
    holds = KAIHUA if state in _DRAFTED | {S.FED_BACK} else SHEXIAN
    is_appended = not (row.is_drafting or row.is_beside or name in REQUESTS)
    return "NOT_THE_HOLDER" if is_appended and state not in _ENDED and holds != court else "TRANSITION_NOT_ALLOWED"


def test_table_has_every_act_on_a_task() -> None:
    """A new act needs a line: in the table, or among those whose refusals do not come from the state."""
    mutation: Any = SCHEMA._schema.mutation_type  # graphql-core's own schema
    acts = {name for name, each in mutation.fields.items() if _gives_task(each.type)}

    assert acts == ACTS.keys() | ELSEWHERE.keys()
    here = Path(__file__).parents[1]
    for name, file in ELSEWHERE.items():
        (found,) = here.rglob(file)
        assert name in found.read_text(encoding="utf-8"), (name, file)


def _gives_task(kind: Any) -> bool:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return any(member.name == "DelegatedTask" for member in getattr(kind, "types", ()))


@pytest.mark.parametrize("state", S)
async def test_nothing_is_done_beside_the_table(courts: Pair, clock: SetClock, state: DelegatedTaskStatus) -> None:
    task_id = await come(courts, state)
    before = [await rows(courts.ours.node), await rows(courts.theirs.node)]

    for court, name in product((KAIHUA, SHEXIAN), ACTS):
        if state not in STATES[court]:
            continue
        for role, caller in CALLERS[court].items():
            expected = refusal(name, court, role, state)
            if expected is not None:
                answer = await act(courts, court, caller, name, task_id, clock)
                assert answer.get("code") == expected, (court, name, role, answer)

    assert [await rows(courts.ours.node), await rows(courts.theirs.node)] == before


EDGES: Final = [(state, name) for name, row in ACTS.items() for state in S if state in row.states]


@pytest.mark.parametrize(("state", "name"), EDGES, ids=[f"{state}-{name}" for state, name in EDGES])
async def test_what_the_table_has_is_done(courts: Pair, clock: SetClock, state: DelegatedTaskStatus, name: str) -> None:
    task_id, row = await come(courts, state), ACTS[name]
    node = courts.road.courts[row.court]
    before = await rows(node)
    role = min(row.roles)

    answer = await act(courts, row.court, CALLERS[row.court][role], name, task_id, clock)

    assert "code" not in answer, answer
    assert await rows(node) != before
