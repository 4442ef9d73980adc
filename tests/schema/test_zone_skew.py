"""A node and a gateway one contract apart: `zone`, its live twins and ids are answered in the words of the older."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from graphql import build_schema

from api.graphql.errors import execution_entry
from db.clock import SetClock
from enforcement.rules.rights import Caller, Role
from federation.ask.coverage import CourtCoverage
from federation.graph.skew import succession_of_roots
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from schema.snapshots import ZONE, snapshot
from tests.api.test_zone_endpoint import Node
from tests.enforcement.desk_zone import TASK, tell_story
from tests.enforcement.lookup_zone import OURS
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN
from tests.schema.clear_zone import ClearDesk, clear_desk
from tests.schema.objects_zone import two_courts
from tests.schema.releases import IN_CLEAR, IN_ZONE, LATER, LATER_GATEWAY, LATER_NODE
from tests.schema.test_contract_skew import BOTH, standards
from tests.schema.test_zone_door import DOCUMENT, timeless

pytestmark = pytest.mark.anyio
AHEAD: Final = (2, LATER_GATEWAY)
FIELD: Final = """s: unifiedStandards(scope: $scope, matter: PRIORITY_OF_FIRST_SEIZURE) {
  ... on UnifiedStandards {
    standards { sourceCourt practice }
    coverage { courts { court { code } status why: reason cut: narrowed } }
  }
  ... on Problem { _type: code }
}"""
STANDARDS: Final = f"query ($scope: Scope!) {{ lookupLog {{ __typename }} zone {{ code {FIELD} }} }}"
LIVE: Final = f"subscription ($scope: Scope!) {{ {FIELD} }}"
LATER_FIELD: Final = "query ($code: CourtCode!) { a: zone { court(code: $code) { code remark } } b: zone { code } }"
URGE: Final = """mutation ($input: UrgeTaskInput!) {
  zone { urgeTask(input: $input) { ... on Problem { code } ... on TrackedTask { status } } }
}"""


@pytest.fixture
async def behind(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    """The nodes speak contract 1, 歙县's and the gateway 2."""
    async with clear_desk(
        new_database, clock, releases={SHEXIAN: LATER}, contracts=BOTH, rows=standards, gateway_release=AHEAD
    ) as zone:
        yield zone


@pytest.fixture
async def ahead(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    """开化's node speaks contract 2, the gateway 1."""
    async with clear_desk(new_database, clock, releases={KAIHUA: LATER}, contracts={KAIHUA: [1, 2]}) as zone:
        zone.served = LATER_NODE
        yield zone


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway has a later reason for courts that it cannot reach."""
    told = CourtCoverage.as_data

    def later(court: CourtCoverage) -> dict[str, Any]:
        data = told(court)
        return {**data, "reason": "AWAY"} if data["reason"] == "NO_CONNECTION" else data

    monkeypatch.setattr(CourtCoverage, "as_data", later)


def test_the_later_zone_succeeds_ours() -> None:
    ours, later = build_schema(snapshot(1, ZONE)), build_schema(snapshot(1, ZONE) + IN_CLEAR + IN_ZONE)

    assert succession_of_roots(ours, later).is_lawful
    assert not succession_of_roots(later, ours).is_lawful


def told(coverage: Any, reason: str = "reason", narrowed: str = "narrowed") -> Any:
    return {c["court"]["code"]: (c["status"], c[reason], c[narrowed]) for c in coverage["courts"]}


NARROWED: Final = {
    KAIHUA: ("ANSWERED", None, False),
    CHANGSHAN: ("UNREACHABLE", "OTHER", True),
    SHEXIAN: ("ANSWERED", None, True),
}


@pytest.mark.usefixtures("away")
async def test_node_behind_reads_its_own_words(behind: ClearDesk) -> None:
    await behind.courts.stop[CHANGSHAN]()

    data = await behind.ask_node(STANDARDS)

    assert behind.errors == []
    assert data["lookupLog"] == {"__typename": "LookupLog"}
    assert list(data["zone"]) == ["code", "s"]
    assert {row["sourceCourt"]: row["practice"] for row in data["zone"]["s"]["standards"]} == {
        KAIHUA: "PRO_RATA",
        SHEXIAN: "OTHER",
    }
    assert told(data["zone"]["s"]["coverage"], "why", "cut") == NARROWED
    assert told(behind.extensions["coverage"]) == NARROWED


@pytest.mark.usefixtures("away")
async def test_two_coverages_are_in_its_words(behind: ClearDesk) -> None:
    await behind.courts.stop[CHANGSHAN]()

    await behind.ask_node(f"query ($scope: Scope!) {{ a: zone {{ {FIELD} {FIELD.replace('s:', 't:', 1)} }} }}")

    assert {name: told(each) for name, each in behind.extensions["coverage"].items()} == {
        "a.s": NARROWED,
        "a.t": NARROWED,
    }


@pytest.mark.usefixtures("away")
async def test_node_of_the_same_contract_reads_all(new_database: Callable[..., Any], clock: SetClock) -> None:
    releases = {SHEXIAN: LATER, KAIHUA: LATER}
    contracts = {SHEXIAN: [1, 2], KAIHUA: [1, 2]}
    async with clear_desk(
        new_database, clock, releases=releases, contracts=contracts, rows=standards, gateway_release=AHEAD
    ) as zone:
        zone.served = LATER_NODE
        await zone.courts.stop[CHANGSHAN]()
        data = await zone.ask_node(STANDARDS)

    assert {row["practice"] for row in data["zone"]["s"]["standards"]} == {"BY_AGREEMENT"}
    assert told(zone.extensions["coverage"])[CHANGSHAN] == ("UNREACHABLE", "AWAY", False)


@pytest.mark.usefixtures("away")
async def test_live_answers_are_in_its_words(behind: ClearDesk) -> None:
    await behind.courts.stop[CHANGSHAN]()

    frames = [frame async for frame in behind.live_at_node(LIVE)]

    data, extensions, errors = frames[-1]
    assert [each for _, _, each in frames if each] == []
    assert errors == []
    assert {row["practice"] for row in data["s"]["standards"]} == {"PRO_RATA", "OTHER"}
    assert told(data["s"]["coverage"], "why", "cut") == told(extensions["coverage"]) == NARROWED


async def test_what_it_knows_is_as_at_the_gateway(behind: ClearDesk) -> None:
    nobodys = {"trackId": "6f1e1a52-6d8f-4a53-9d1c-0d4f7a1b2c3d", "idempotencyKey": "k-1"}

    at_gateway, coverage = await behind.ask(DOCUMENT, code=SHEXIAN), behind.extensions["coverage"]
    at_node = await behind.ask_node(DOCUMENT, code=SHEXIAN)

    assert (at_node, behind.errors) == (at_gateway, [])
    assert list(at_node["zone"]) == list(at_gateway["zone"])
    assert timeless(behind.extensions["coverage"]) == timeless(coverage)
    assert await behind.ask_node(URGE, input=nobodys) == {"zone": {"urgeTask": {"code": "NOT_FOUND"}}}


async def test_objects_are_in_its_words(new_database: NewDatabase, clock: SetClock) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on TrackedTask { status holder { code } } id } }"
    one = "query ($id: ID!) { node(id: $id) { ... on TrackedTask { status } } }"
    caller = Caller("o-330824-01", KAIHUA, frozenset({Role.COMMAND_CENTRE}))
    async with two_courts(new_database, clock, AHEAD) as two:
        await tell_story(two.gateway.pool, clock.now(), upto=3)
        context = NodeContext(two.kaihua, caller, "en")
        many = await SCHEMA.execute(document, {"ids": [KAIHUA, str(TASK), "浙9999"]}, context)
        alone = await SCHEMA.execute(one, {"id": str(TASK)}, context)

    assert (many.errors, alone.errors) == (None, None)
    assert many.data == {
        "nodes": [{"id": KAIHUA}, {"status": "OTHER", "holder": {"code": SHEXIAN}, "id": str(TASK)}, None]
    }
    assert alone.data == {"node": {"status": "OTHER"}}


async def test_what_it_has_no_word_for_leaves_the_rest(behind: ClearDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    text = snapshot(1, ZONE)
    closed = build_schema(text.replace("  PRO_RATA\n", ""))
    assert text.count("  PRO_RATA\n") == 1
    monkeypatch.setattr("schema.older_zone.zone_of", {1: replaced(closed)}.get)

    data = await behind.ask_node(STANDARDS)

    assert data == {"lookupLog": {"__typename": "LookupLog"}, "zone": None}
    assert [(error.path, error.extensions) for error in behind.errors] == [(["zone"], {"code": "UNSUPPORTED_CONTRACT"})]


def replaced(schema: Any) -> Any:
    """The schema with an enum that is closed."""
    del schema.type_map["StandardPractice"].values["OTHER"]
    return schema


TEXTS: Final = {
    "zh": "本院系统与协作区网关的版本不兼容，暂时无法提供协作区内容。",
    "en": "This court's release and the gateway's do not understand each other here: one of them must be updated.",
}


@pytest.mark.parametrize("contract", [0, 3])
async def test_contract_that_is_not_spoken_is_refused(
    new_database: Callable[..., Any], clock: SetClock, contract: int
) -> None:
    far = replace(OURS, contract=contract)
    async with clear_desk(new_database, clock, releases={KAIHUA: far}) as zone:
        data = await zone.ask_node("{ lookupLog { __typename } zone { code } }")
        (error,) = zone.errors
        frames = [frame async for frame in zone.live_at_node(LIVE)]
        refusals = await Node(zone.courts).refusals()

    assert data == {"lookupLog": {"__typename": "LookupLog"}, "zone": None}
    assert (error.path, error.extensions) == (["zone"], {"code": "UNSUPPORTED_CONTRACT"})
    assert {language: execution_entry(error, language).json(language)["message"] for language in TEXTS} == TEXTS
    assert [[each.extensions for each in errors] for _, _, errors in frames] == [[{"code": "UNSUPPORTED_CONTRACT"}]]
    assert refusals == ["UNSUPPORTED_CONTRACT"] * 2


async def test_gateway_behind_says_what_it_does_not_serve_yet(ahead: ClearDesk) -> None:
    data = await ahead.ask_node(LATER_FIELD, code=SHEXIAN)
    (error,) = ahead.errors

    assert data == {"a": None, "b": {"code": "qu-hui-rao"}}
    assert (error.path, error.extensions) == (["a"], {"code": "UNSUPPORTED_FIELD"})
    assert execution_entry(error, "zh").json("zh")["message"].startswith("协作区网关的版本低于本院")
    assert execution_entry(error, "en").json("en")["message"].startswith("The gateway's release is older")


async def test_gateway_behind_does_not_know_later_values(ahead: ClearDesk) -> None:
    document = "query ($status: TrackedTaskStatus) { zone { trackedTasks(status: $status) { __typename } } }"

    assert await ahead.ask_node(document, status="PAUSED") == {"zone": None}
    assert [error.extensions for error in ahead.errors] == [{"code": "UNSUPPORTED_FIELD"}]
    assert await ahead.ask_node(document, status="RECEIVED") == {
        "zone": {"trackedTasks": {"__typename": "TrackedTaskConnection"}}
    }


async def test_gateway_behind_says_it_in_a_live_twin(ahead: ClearDesk) -> None:
    later = LIVE.replace("practice", "practice remark")

    assert [(data, [e.extensions for e in errors]) async for data, _, errors in ahead.live_at_node(later)] == [
        (None, [{"code": "UNSUPPORTED_FIELD"}])
    ]
    assert [errors async for _, _, errors in ahead.live_at_node(LIVE)][-1] == []


@pytest.mark.parametrize(
    ("contract", "document"),
    [
        (1, "query ($c: CourtCode!) { zone { court(code: $c) { remark } } }"),
        (1, "query ($c: CourtCode!, $no: Boolean = true) { zone { court(code: $c) { code @skip(if: $no) } } }"),
        (1, "query ($c: CourtCode!) { court(code: $c) { code } }"),
        (2, "query ($c: CourtCode!) { zone { court(code: $c) { nothing } } }"),
    ],
)
async def test_what_is_not_of_the_contract_that_it_names_is_invalid(
    behind: ClearDesk, contract: int, document: str
) -> None:
    answer = await Node(behind.courts).answer(contract=contract, document=document, variables={"c": KAIHUA})

    assert answer.value == b"null"
    assert [error["extensions"]["code"] for error in answer.errors] == ["DOCUMENT_INVALID"]
