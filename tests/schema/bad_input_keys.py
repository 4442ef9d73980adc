"""What an idempotency key binds: all of the input that came with it, for every mutation that takes one.

Each field in turn is given another value. Either the act claims the key for other content, and so refuses it, or the
input is refused before; it is never taken for the same.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type

from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import IdempotencyKeyReused
from schema.node.schema import SCHEMA
from tests.enforcement.registry_zone import NUMBER, RULING
from tests.enforcement.task_zone import (
    CHIEF,
    HANDLER,
    PRESIDENT,
    THEIR_CHIEF,
    THEIR_OFFICER,
    who,
)
from tests.federation.zone import KAIHUA
from tests.schema import bad_input_assets as assets
from tests.schema import bad_input_money as money
from tests.schema import bad_input_tasks as tasks
from tests.schema.bad_input import Given, ask
from tests.schema.bad_input_stage import Stage

KEY: Final = "idempotencyKey"
NOT_CONTENT: Final = {KEY, "version"}
COMMON: Final[dict[str, Any]] = {KEY: "bad"}
ANOTHER: Final[dict[str, Any]] = {
    "String": "另一文本",
    "UUID": "00000000-0000-4000-8000-000000000001",
    "Date": "2025-07-13",
    "DateTime": "2025-07-14T08:59:00+08:00",
    "Money": "7.77",
    "Quantity": "7",
    "Rate": "7",
    "ResidentId": "330824198607049968",
    "CreditCode": "91330824FAKE000139",
    "CaseNumber": NUMBER + "之九",
    "CourtCode": "赣1181",
    "Int": 3,
}
_OTHER_CASE: Final = "（2025）浙0824执371号"

LIST: Final[dict[str, Any]] = tasks.inventory(signatures=["o-330824-01", "o-330824-02"])
HANDED: Final[dict[str, Any]] = {
    "at": tasks.AT,
    "place": "城关镇样例路1号",
    "handedBy": [THEIR_OFFICER.officer_id],
    "receivedBy": ["接收人样某"],
}

KEYED: Final[Mapping[str, tuple[Caller, Given]]] = {
    "createDelegatedTask": (HANDLER, tasks.created()),
    "cloneDelegatedTask": (HANDLER, tasks.on("returned", **COMMON)),
    "postTaskNote": (THEIR_OFFICER, tasks.noted()),
    "readTaskNotes": (THEIR_OFFICER, tasks.beside("working", statements=[tasks.NOBODY])),
    "evaluateDelegatedTask": (CHIEF, tasks.beside("completed", score=5)),
    "complainDelegatedTask": (CHIEF, tasks.beside("received", ground="DISPUTE", reason="意见不一")),
    "answerComplaint": (THEIR_CHIEF, tasks.beside("seizing", complaintId="@complaint seizing", text="已说明")),
    "closeComplaint": (CHIEF, tasks.beside("seizing", complaintId="@complaint seizing", text="已说明")),
    "forwardObjection": (THEIR_OFFICER, tasks.objection()),
    "decideObjection": (
        PRESIDENT,
        tasks.beside("seizing", objectionId="@objection pending", **tasks.RULED),
    ),
    "requestAssetSearch": (HANDLER, assets.looked_for(kinds=["VEHICLE"], caseNumber=NUMBER)),
    "recordSearchAnswer": (HANDLER, assets.answered()),
    "submitClue": (HANDLER, assets.clue()),
    "delegateSearch": (HANDLER, assets.searched()),
    "delegateSeizure": (HANDLER, lambda _: COMMON | {"findingId": tasks.NOBODY, "rulingNo": RULING}),
    "ruleMeasure": (HANDLER, assets.ruled("house")),
    "serveAssistanceNotice": (HANDLER, assets.served("unserved")),
    "requestTransfer": (HANDLER, assets.asked_for()),
    "recordDisposalNotice": (HANDLER, assets.disposed("house")),
    "recordAssistanceReceipt": (HANDLER, assets.receipt()),
    "recordSeizure": (HANDLER, lambda stage: COMMON | {"measureId": stage.id("standing"), "inventory": LIST}),
    "handOverVehicle": (THEIR_OFFICER, lambda stage: COMMON | {"taskId": str(stage.tasks["seizing"])} | HANDED),
    "recordPayment": (HANDLER, money.paid()),
    "recordSettlement": (HANDLER, money.settled()),
    "requestDeferral": (HANDLER, money.deferred()),
    "recordSuspension": (
        HANDLER,
        lambda _: COMMON | {"caseNumber": NUMBER, "kind": "SUSPENDED", "ground": "RETRIAL", "fromOn": money.DAY},
    ),
    "resumeEnforcement": (HANDLER, money.resumed()),
    "recordParticipation": (money.CLERK, money.joined()),
    "drawDistributionPlan": (HANDLER, money.drawn_of_the_car()),
    "requestPayoutDeferral": (
        HANDLER,
        lambda stage: COMMON | {"planId": stage.id("plan"), "ground": "OTHER", "untilOn": "2025-08-14"},
    ),
    "proposeCaseTransfer": (HANDLER, money.entrusted()),
    "proposeCrossEnforcement": (
        CHIEF,
        lambda _: COMMON | {"mode": "URGE", "ground": "PASSIVITY", "caseNumbers": [NUMBER]},
    ),
    "declareRelative": (
        HANDLER,
        lambda _: COMMON | {"identity": {"residentId": "341021197903159972"}, "relation": "SPOUSE"},
    ),
    "keepFrameworkText": (
        who(KAIHUA, 9, Role.LIAISON_OFFICER),
        lambda _: COMMON | {"recordId": tasks.NOBODY, "kind": "MINUTES", "text": "纪要"},
    ),
}
KEYS_ELSEWHERE: Final[Mapping[str, str]] = {
    "adoptFinding": "enforcement/test_searches.py",  # the find is all that it takes
    "requestMeasureElsewhere": "enforcement/test_case_transfer_measures.py",
    "requestCorrection": "enforcement/test_corrections.py",  # of an entry of the public list
}
"""Mutations whose keys the tests of their own part try with another body."""


class Claims:
    """Stands in for `once.claim`: remembers what each act binds to its key, and goes no further."""

    def __init__(self) -> None:
        self.bound: list[bytes] = []

    async def claim(self, *given: Any, **_named: Any) -> None:
        *_, act, content = given
        self.bound.append(msgspec.json.encode([act, content], order="sorted"))
        raise IdempotencyKeyReused


async def unbound(stage: Stage, act: str, claims: Claims) -> list[str]:
    """The fields of the mutation's input that its key does not bind."""
    caller, given = KEYED[act]
    base, court = given(stage), stage.court_of(caller)
    assert (await ask(court, caller, act, base))["code"] == "IDEMPOTENCY_KEY_REUSED"
    (bound,) = claims.bound
    found = []
    for name, kind in fields(act).items():
        if name in NOT_CONTENT:
            continue
        claims.bound.clear()
        told = await ask(court, caller, act, base | {name: another(kind.type, base.get(name), name)})
        assert "code" in told, (act, name)
        if claims.bound == [bound]:
            found.append(name)
    return found


def fields(act: str) -> Mapping[str, Any]:
    acts: Any = SCHEMA._schema.mutation_type  # graphql-core's own schema
    taken: Any = get_named_type(acts.fields[act].args["input"].type)
    return dict(taken.fields)


def another(kind: Any, current: Any, name: str = "") -> Any:
    """A value of that type which is not the current one."""
    if isinstance(kind, GraphQLNonNull):
        return another(kind.of_type, current, name)
    if isinstance(kind, GraphQLList):
        return [another(kind.of_type, current[0] if current else None, name)]
    if isinstance(kind, GraphQLInputObjectType):
        had = current or {}
        needed = {key: each for key, each in kind.fields.items() if key in had or isinstance(each.type, GraphQLNonNull)}
        return {key: another(each.type, had.get(key), key) for key, each in needed.items() if key in had or not had}
    if isinstance(kind, GraphQLEnumType):
        return next(value for value in kind.values if value != current)
    plain = ANOTHER | {"Boolean": not current}
    return _OTHER_CASE if name == "caseNumber" else plain[kind.name]
