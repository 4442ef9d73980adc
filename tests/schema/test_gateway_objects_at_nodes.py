"""`node` and `nodes` at a court, of the gateway's objects: passed on at once, answered as there, or said why not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from db.clock import SetClock
from enforcement.desk import maintenance
from enforcement.rules.rights import Caller, Role
from federation.clear import passing
from federation.clear.passing import NoAnswer, ZoneAnswer, ZoneClient
from federation.wire import statement
from schema.context import NodeContext
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node.schema import SCHEMA
from tests.enforcement.desk_zone import TASK, tell_story
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.objects_zone import Two, two_courts
from tests.schema.test_objects_by_id import ids

pytestmark = pytest.mark.anyio
NODES: Final = """
    query ($ids: [ID!]!, $names: Boolean = true) { nodes(ids: $ids) {
      __typename id
      ...Court
      ... on TrackedTask { status holder { code } events { type } }
      ... on MaintenanceWindow { from to version }
      ... on EnforcementCase { caseNumber parties { role } }
      ... on Node { same: id ... on Asset { kind } }
    } }
    fragment Court on MemberCourt { code name @include(if: $names) ...Where }
    fragment Where on MemberCourt { county }
"""
AT_GATEWAY: Final = NODES.replace("... on EnforcementCase { caseNumber parties { role } }", "").replace(
    "... on Asset { kind }", ""
)
ONE: Final = "query ($id: ID!) { node(id: $id) { __typename id } }"
CENTRE: Final = Caller("o-330824-01", KAIHUA, frozenset({Role.COMMAND_CENTRE}))
CHIEF: Final = Caller("o-330824-01", KAIHUA, frozenset({Role.BUREAU_CHIEF}))


@pytest.fixture
async def two(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Two]:
    async with two_courts(new_database, clock) as made:
        await tell_story(made.gateway.pool, clock.now(), upto=3)
        yield made


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The variables of each request that went to the gateway."""
    seen: list[dict[str, Any]] = []
    post = ZoneClient.post

    async def noting(client: ZoneClient, raw: bytes) -> bytes:
        seen.append(passing.parse_request(raw)[1].variables)
        return await post(client, raw)

    monkeypatch.setattr(ZoneClient, "post", noting)
    return seen


async def ask(two: Two, document: str, caller: Caller | None = CENTRE, **variables: Any) -> tuple[Any, list[Any]]:
    result = await SCHEMA.execute(document, variables, NodeContext(two.kaihua, caller, "en"))
    assert result.data is not None, result.errors
    (value,) = result.data.values()
    return value, result.errors or []


async def everything(two: Two) -> list[str]:
    """An object of each of the gateway's types, and some ids of none."""
    now = two.gateway.clock.now()
    window = await maintenance.announce(
        two.gateway, CENTRE, from_at=now, to_at=now + timedelta(hours=2), idempotency_key="w"
    )
    return [str(TASK), KAIHUA, "浙9999", str(uuid4()), str(window.id), SHEXIAN, "最高法", "gateway"]


async def test_each_type_is_answered_as_at_the_gateway(two: Two, posted: list[dict[str, Any]]) -> None:
    wanted = await everything(two)
    context = GatewayContext(two.gateway, CENTRE, "en")

    found, errors = await ask(two, NODES, ids=wanted)
    there = await GATEWAY.execute(AT_GATEWAY, {"ids": wanted}, context)

    assert (errors, there.errors) == ([], None)
    assert there.data is not None
    assert found == there.data["nodes"]
    types = [each and each["__typename"] for each in found]
    assert types == ["TrackedTask", "MemberCourt", None, None, "MaintenanceWindow", "MemberCourt", None, None]
    assert posted == [{"ids": wanted}]  # what `names` decides is decided here


async def test_own_objects_stand_among_them(two: Two, posted: list[dict[str, Any]]) -> None:
    (case,) = await ids(two.kaihua, "cases", most=1)

    found, errors = await ask(two, NODES, CHIEF, ids=[SHEXIAN, case, SHEXIAN, str(TASK)], names=False)

    assert errors == []
    assert [each and each["__typename"] for each in found] == [
        "MemberCourt",
        "EnforcementCase",
        "MemberCourt",
        "TrackedTask",
    ]
    assert found[1]["parties"]
    assert found[0] == found[2] == {"__typename": "MemberCourt", "id": SHEXIAN, "code": SHEXIAN, **_at(found[0])}
    assert posted == [{"ids": [SHEXIAN, str(TASK)]}]


def _at(court: dict[str, Any]) -> dict[str, Any]:
    return {"county": court["county"], "same": SHEXIAN}


@pytest.mark.parametrize("wanted", [KAIHUA, str(TASK), "00000000-0000-4000-8000-000000000009"])
async def test_one_id_is_read_alone(two: Two, wanted: str) -> None:
    found, errors = await ask(two, ONE, id=wanted)
    there = await GATEWAY.execute(ONE, {"id": wanted}, GatewayContext(two.gateway, CENTRE, "en"))

    assert errors == []
    assert there.data == {"node": found}


async def test_what_is_selected_of_courts_alone_selects_nothing(two: Two) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on EnforcementCase { caseNumber } ...C } } %s"
    fragment = "fragment C on Asset { kind identity { part } }"
    (case,) = await ids(two.kaihua, "cases", most=1)

    found, errors = await ask(two, document % fragment, CHIEF, ids=[KAIHUA, case, "浙9999"])

    assert errors == []
    assert [None if each is None else sorted(each) for each in found] == [[], ["caseNumber"], None]


@pytest.mark.parametrize("said", ["341021197903159972", "样甲", "（2025）浙0824执365号", "o-330824-01", "", "x" * 9999])
async def test_nothing_but_a_uuid_or_a_code_is_passed_on(two: Two, posted: list[dict[str, Any]], said: str) -> None:
    assert await ask(two, ONE, id=said) == (None, [])
    assert posted == []


async def test_who_is_nobody_there_gets_nothing(two: Two, posted: list[dict[str, Any]]) -> None:
    unlisted = Caller("o-330824-99", KAIHUA, frozenset(Role))

    assert await ask(two, NODES, None, ids=[KAIHUA, str(TASK)]) == ([None, None], [])
    assert posted == []
    assert await ask(two, NODES, unlisted, ids=[KAIHUA, str(TASK)]) == ([None, None], [])


async def test_offices_come_from_the_directory(two: Two) -> None:
    """Whatever the node believes of its officer: the directory lists 01 as the command centre."""
    believed = Caller("o-330824-01", KAIHUA, frozenset())

    found, _ = await ask(two, ONE, believed, id=str(TASK))

    assert found == {"__typename": "TrackedTask", "id": str(TASK)}


async def test_without_the_gateway_own_objects_stand(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could have been the gateway's is not said to be nothing; whether it is ours, hidden, makes no difference."""
    (case,) = await ids(two.kaihua, "cases", most=1)

    async def post(_: object, raw: bytes) -> bytes:
        raise NoAnswer

    monkeypatch.setattr(ZoneClient, "post", post)
    found, errors = await ask(two, NODES, CHIEF, ids=[KAIHUA, case, str(TASK), "浙0824x"])
    hidden, told = await ask(two, NODES, Caller("o-330824-01", KAIHUA, frozenset()), ids=[case, str(uuid4())])

    assert [each and each["__typename"] for each in found] == [None, "EnforcementCase", None, None]
    assert [(error.path, error.extensions) for error in errors] == [
        (["nodes", place], {"code": "GATEWAY_UNREACHABLE"}) for place in (0, 2)
    ]
    assert hidden == [None, None]
    assert [error.path for error in told] == [["nodes", 0], ["nodes", 1]]


async def _nothing(two: Two, value: bytes, errors: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    async def post(_: object, raw: bytes) -> bytes:
        _, asked = passing.parse_request(raw)
        signed: dict[str, Any] = {"re": asked.id, "re_digest": statement.digest(raw), "directory": 1}
        return passing.write_answer(ZoneAnswer(value, errors, {}), **signed, signer=two.gateway.clear.signer)

    monkeypatch.setattr(ZoneClient, "post", post)


FAULTS: Final = {
    "an object of a court": b'[{"__typename":"EnforcementCase","id":"x"},null]',
    "one too few": b"[null]",
    "one too many": b"[null,null,null]",
    "no list": b'{"__typename":"MemberCourt","id":"x"}',
    "nothing": b"null",
    "two values": b'[null,null],"nodes":[null,null]',
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_no_gateway_says_is_a_fault(two: Two, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await _nothing(two, FAULTS[fault], [], monkeypatch)

    found, errors = await ask(two, "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=[KAIHUA, SHEXIAN])

    assert found == [None, None]
    assert [error.extensions for error in errors] == [{"code": "GATEWAY_FAULTY"}] * 2


async def test_errors_stand_at_their_objects(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = [{"message": "no", "path": ["nodes", 1, "holder"], "extensions": {"code": "INTERNAL"}}]
    value = b'[null,{"__typename":"TrackedTask","holder":null}]'
    await _nothing(two, value, errors, monkeypatch)
    document = "query ($ids: [ID!]!) { a: nodes(ids: $ids) { __typename ... on TrackedTask { holder { code } } } }"

    found, told = await ask(two, document, CHIEF, ids=["", KAIHUA, str(TASK)])

    assert found == [None, None, {"__typename": "TrackedTask", "holder": None}]
    assert [(error.path, error.extensions) for error in told] == [(["a", 2, "holder"], {"code": "INTERNAL"})]


async def test_a_refused_document_says_why_at_each(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = [{"message": "no", "extensions": {"code": "DOCUMENT_TOO_LARGE", "limit": "cost"}}]
    await _nothing(two, b"null", errors, monkeypatch)

    _, told = await ask(two, NODES, ids=[KAIHUA, SHEXIAN])
    _, alone = await ask(two, ONE, id=KAIHUA)

    reason = {"code": "DOCUMENT_TOO_LARGE", "limit": "cost"}
    assert [(error.path, error.extensions) for error in told] == [(["nodes", n], reason) for n in (0, 1)]
    assert [(error.path, error.extensions) for error in alone] == [(["node"], reason)]
