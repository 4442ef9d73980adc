"""`zone` at the node's door: the same document, the same rows, errors and coverage as at the gateway's."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
import pytest
from graphql import Lexer, Source, Token, TokenKind

from api.graphql.errors import execution_entry
from api.graphql.limits import DocumentLimits
from api.graphql.plan import Planner
from api.rate_limits import RateLimits
from db.clock import SetClock
from enforcement.rules.rights import Caller, Role
from federation.ask.content import Answer as PartAnswer
from federation.ask.status import Status
from federation.clear import admission, passing
from federation.clear.admission import ClearCourt
from federation.clear.content import Told
from federation.clear.passing import NoAnswer, ZoneAnswer
from federation.wire import statement
from federation.wire.signing import generate_signing
from schema.gateway.schema import SCHEMA as GATEWAY_SCHEMA
from tests.enforcement.lookup_zone import PRESENCE, variables_of
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN
from tests.schema.clear_zone import ClearDesk, clear_desk, officer

pytestmark = pytest.mark.anyio
DOCUMENT = """
    query Zone($scope: Scope!, $code: CourtCode!, $names: Boolean = false) {
      zone {
        __typename code courtCount name @include(if: $names)
        courts { ...court }
        here: court(code: $code) { ...court county }
        crossBorderMatrix(scope: $scope) {
          __typename
          ... on CrossBorderMatrix {
            asOf rows { sourceCourt division openCases { value text } }
            coverage { inScope answered complete courts { court { code name } status reason rows reportedBy } }
          }
          ... on Problem { code }
        }
        federationHealth { ... on FederationHealth { nodes { court { code } state } } ... on Problem { code } }
        trackedTasks(first: 3) { ... on TrackedTaskConnection { nodes { id } } ... on Problem { code } }
      }
    }
    fragment court on MemberCourt { code state }
"""


@pytest.fixture
async def zone(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    async with clear_desk(new_database, clock) as made:
        yield made


def timeless(value: Any) -> Any:
    return re.sub(r"'tookMs': \d+", "", repr(value))


@pytest.mark.parametrize("court", DIVISIONS)
async def test_same_document_same_answer_at_every_door(zone: ClearDesk, court: str) -> None:
    at_gateway = await zone.ask(DOCUMENT, officer(Role.COMMAND_CENTRE, court=court), code=court)
    coverage, errors = zone.extensions["coverage"], zone.errors

    at_node = await zone.ask_node(DOCUMENT, court, code=court)

    assert at_node == at_gateway
    assert list(at_node["zone"]) == list(at_gateway["zone"])
    assert at_node["zone"]["here"]["code"] == court
    assert len(at_node["zone"]["crossBorderMatrix"]["rows"]) == 9
    assert timeless(zone.extensions["coverage"]) == timeless(coverage)
    assert (zone.errors, errors) == ([], [])


async def test_fields_are_typed_as_the_gateway_declares_them(zone: ClearDesk) -> None:
    assert await zone.ask_node("{ zone { nothing } }") is None
    assert "Cannot query field 'nothing' on type 'Zone'" in str(zone.errors[0])


async def test_offices_come_from_the_directory(zone: ClearDesk) -> None:
    """Whatever the node believes of its officer: the directory lists 01 as a handler, 07 as the command centre."""
    document = "query ($scope: Scope!) { zone { crossBorderMatrix(scope: $scope) { ... on Problem { code } } } }"
    believed = Caller("o-330824-01", KAIHUA, frozenset(Role))

    refused = await zone.ask_node(document, caller=believed)
    allowed = await zone.ask_node(document, caller=Caller("o-330824-07", KAIHUA, frozenset()))
    nobody = await zone.ask_node(document, caller=Caller("o-330824-99", KAIHUA, frozenset(Role)))

    assert refused == {"zone": {"crossBorderMatrix": {"code": "FORBIDDEN"}}}
    assert allowed == {"zone": {"crossBorderMatrix": {}}}
    assert nobody == {"zone": None}
    assert zone.errors[0].extensions == {"code": "FORBIDDEN"}


async def test_two_keys_have_two_coverages(zone: ClearDesk) -> None:
    document = """query ($scope: Scope!, $one: Scope!) {
      a: zone { crossBorderMatrix(scope: $scope) { __typename } }
      b: zone { x: crossBorderMatrix(scope: $one) { __typename } y: unifiedStandards(scope: $one) { __typename } code }
    }"""
    one = {"courts": [SHEXIAN]}

    at_gateway, told = await zone.ask(document, one=one), zone.extensions["coverage"]
    at_node = await zone.ask_node(document, one=one)

    assert at_node == at_gateway
    assert timeless(sorted(zone.extensions["coverage"].items())) == timeless(sorted(told.items()))
    names = {name: coverage["inScope"] for name, coverage in zone.extensions["coverage"].items()}
    assert names == {"a.crossBorderMatrix": 3, "b.x": 1, "b.y": 1}


async def test_coverage_names_what_was_asked_and_not_what_was_skipped(zone: ClearDesk) -> None:
    document = """query ($scope: Scope!, $no: Boolean! = true, $yes: Boolean! = false) {
      z: zone {
        a: crossBorderMatrix(scope: $scope) @skip(if: $no) { __typename }
        b: crossBorderMatrix(scope: $scope) { __typename }
        ...Skipped @include(if: $yes)
        ... on Zone @skip(if: true) { d: unifiedStandards(scope: $scope) { __typename } }
        e: unifiedStandards(scope: $scope) @include(if: $no) { __typename }
      }
    }
    fragment Skipped on Zone { c: crossBorderMatrix(scope: $scope) { __typename } }"""

    at_gateway, told = await zone.ask(document), zone.extensions["coverage"]
    at_node = await zone.ask_node(document)

    assert at_node == at_gateway
    assert zone.extensions["coverage"].keys() == told.keys() == {"z.b", "z.e"}


async def test_coverage_of_what_alone_is_left_needs_no_name(zone: ClearDesk) -> None:
    """By several keys at a time: which of them a set gives first is chance."""
    skipped = " ".join(f"s{n}: crossBorderMatrix(scope: $scope) @skip(if: true) {{ __typename }}" for n in range(9))
    document = f"query ($scope: Scope!) {{ zone {{ {skipped} b: crossBorderMatrix(scope: $scope) {{ __typename }} }} }}"

    at_gateway, told = await zone.ask(document), zone.extensions["coverage"]
    at_node = await zone.ask_node(document)

    assert at_node == at_gateway
    assert timeless(zone.extensions["coverage"]) == timeless(told)
    assert told["inScope"] == len(DIVISIONS)


async def test_sum_that_no_court_alone_could_report_passes(zone: ClearDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest figure that one court may report costs nobody the answer, at whichever door."""
    told = {SHEXIAN: "9" * 19, KAIHUA: 10, CHANGSHAN: 0}

    async def answered_so(court: ClearCourt, raw: bytes, _: object) -> bytes:
        async def part(_: object) -> Told:
            data = msgspec.json.encode({"dispatched": told[court.code]})
            return Told(PartAnswer(status=Status.ANSWERED, rows=1, data=msgspec.Raw(data)))

        return await admission.admit(court, raw, part)

    monkeypatch.setattr("api.clear_endpoints.admit", answered_so)
    document = """query ($scope: Scope!) { zone {
      delegationStatistics(period: {from: "2024-09-02", to: "2025-07-14"}, scope: $scope) {
        ... on DelegationStatistics { dispatched }
      } } }"""

    at_gateway = await zone.ask(document)
    at_node = await zone.ask_node(document)

    assert at_node == at_gateway == {"zone": {"delegationStatistics": {"dispatched": str(10**19 + 9)}}}


async def test_encrypted_and_clear_fields_stand_in_one_document(zone: ClearDesk) -> None:
    document = PRESENCE.rstrip().removesuffix("}") + "zone { crossBorderMatrix(scope: $scope) { __typename } } }"
    handler = Caller("o-330824-01", KAIHUA, frozenset({Role.HANDLER}))

    data = await zone.ask_node(document, caller=handler, **variables_of())

    assert data["debtorPresence"]["coverage"]["complete"]
    assert data["zone"] == {"crossBorderMatrix": {"__typename": "Refusal"}}
    assert set(zone.extensions["coverage"]) == {"debtorPresence"}


async def test_suspended_court_is_not_asked_through_a_node(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with clear_desk(new_database, clock, states={SHEXIAN: "SUSPENDED"}) as zone:
        data = await zone.ask_node(DOCUMENT, code=SHEXIAN)
        own = await zone.ask_node("{ zone { code } }", SHEXIAN)

    told = {c["court"]["code"]: c["status"] for c in data["zone"]["crossBorderMatrix"]["coverage"]["courts"]}
    assert told[SHEXIAN] == "NOT_ASKED"
    assert own == {"zone": None}
    assert [error.extensions for error in zone.errors] == [{"code": "MEMBERSHIP_SUSPENDED"}]


async def test_an_officer_is_told_when_to_ask_again(new_database: Callable[..., Any], clock: SetClock) -> None:
    at = datetime(2025, 7, 14, 1, 0, 15, tzinfo=UTC)
    rates = partial(RateLimits, per_court=1, now=lambda: at)
    async with clear_desk(new_database, clock, rates=rates) as zone:
        first = await zone.ask_node("{ zone { code } }")
        second = await zone.ask_node("{ lookupLog { __typename } zone { code } }")

    assert first["zone"]["code"]
    assert second == {"lookupLog": {"__typename": "LookupLog"}, "zone": None}
    (error,) = zone.errors
    assert error.extensions == {"code": "TOO_MANY_REQUESTS", "retryAfterS": 45}
    assert execution_entry(error, "zh").json("zh") == {
        "message": "请求过于频繁，请稍后再试。",
        "locations": [{"line": 1, "column": 28}],
        "path": ["zone"],
        "extensions": {"code": "TOO_MANY_REQUESTS", "retryAfterS": 45},
    }


async def test_without_the_gateway_the_rest_is_answered(zone: ClearDesk) -> None:
    await zone.courts.stop["gateway"]()

    data = await zone.ask_node("{ lookupLog { __typename } zone { code } }")

    assert data == {"lookupLog": {"__typename": "LookupLog"}, "zone": None}
    (error,) = zone.errors
    assert (error.path, error.extensions) == (["zone"], {"code": "GATEWAY_UNREACHABLE"})
    assert "127.0.0.1" not in str(error)


async def test_gateways_errors_stand_at_their_places(zone: ClearDesk) -> None:
    document = "query ($after: String) { z: zone { t: trackedTasks(after: $after) { ... on Problem { code } } code } }"

    data = await zone.ask_node(document, after="nonsense")

    assert data == {"z": {"t": {"code": "INVALID_CURSOR"}, "code": "qu-hui-rao"}}


Answer = Callable[[ClearDesk, bytes], bytes]


def answered(zone: ClearDesk, raw: bytes, value: bytes, **changes: Any) -> bytes:
    _, asked = passing.parse_request(raw)
    given: dict[str, Any] = {
        "re": asked.id,
        "re_digest": statement.digest(raw),
        "directory": 1,
        "signer": zone.courts.zone.gateway,
    }
    return passing.write_answer(ZoneAnswer(value, [], {}), **(given | changes))


FAULTS: dict[str, Answer] = {
    "rubbish": lambda z, raw: b"rubbish",
    "its own request": lambda z, raw: raw,
    "forged": lambda z, raw: answered(z, raw, b'{"code":"x"}', signer=generate_signing()),
    "to another request": lambda z, raw: answered(z, raw, b'{"code":"x"}', re_digest="0" * 64),
    "unknown directory": lambda z, raw: answered(z, raw, b'{"code":"x"}', directory=9),
    "wrong shape": lambda z, raw: answered(z, raw, '{"code":"x","who":"李样甲"}'.encode()),
    "not JSON": lambda z, raw: answered(z, raw, b"{"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_answer_that_is_not_genuine_is_no_answer(
    zone: ClearDesk, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def post(_: object, raw: bytes) -> bytes:
        return FAULTS[fault](zone, raw)

    monkeypatch.setattr(passing.ZoneClient, "post", post)

    assert await zone.ask_node("{ zone { code } }", CHANGSHAN) == {"zone": None}
    assert [error.extensions for error in zone.errors] == [{"code": "GATEWAY_FAULTY"}]
    assert "李样甲" not in str(zone.errors[0])


async def test_gateways_words_are_no_words_of_ours(zone: ClearDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def post(_: object, raw: bytes) -> bytes:
        raise NoAnswer("SOMETHING_ELSE")

    monkeypatch.setattr(passing.ZoneClient, "post", post)

    await zone.ask_node("{ zone { code } }")

    assert [error.extensions for error in zone.errors] == [{"code": "GATEWAY_UNREACHABLE"}]


async def test_mutations_pass_too(zone: ClearDesk) -> None:
    document = """mutation ($input: UrgeTaskInput!) {
      zone { urgeTask(input: $input) { __typename ... on Problem { code } } }
    }"""
    nobodys = {"trackId": "6f1e1a52-6d8f-4a53-9d1c-0d4f7a1b2c3d", "idempotencyKey": "k-1"}

    assert await zone.ask_node(document, input=nobodys) == {
        "zone": {"urgeTask": {"__typename": "Refusal", "code": "NOT_FOUND"}}
    }
    assert await zone.ask(document, input=nobodys) == await zone.ask_node(document, input=nobodys)


async def test_fragments_of_any_name_pass(zone: ClearDesk) -> None:
    document = """{ zone { ...Chosen ...Chosen_ } } fragment Chosen on Zone { code }
      fragment Chosen_ on Zone { courts { ...Chosen__ } } fragment Chosen__ on MemberCourt { code }"""

    assert (await zone.ask_node(document))["zone"]["courts"][0] == {"code": KAIHUA}


async def test_longest_document_passes_at_every_door(zone: ClearDesk) -> None:
    def tokens(document: str) -> int:
        return sum(1 for _ in lexed(document))

    codes = " ".join([f'"{KAIHUA}"'] * 960)
    document = f"{{ zone {{ unifiedStandards(scope: {{courts: [{codes}]}}) {{ __typename }} name "
    document += "code " * (998 - tokens(document)) + "} }"
    assert tokens(document) == DocumentLimits().tokens
    Planner(GATEWAY_SCHEMA._schema).parsed(document)

    assert await zone.ask_node(document) == await zone.ask(document)
    assert zone.errors == []


async def test_document_of_most_definitions_passes_at_every_door(zone: ClearDesk) -> None:
    most = DocumentLimits().definitions - 1
    chain = [f"fragment F{n} on Zone {{ ...F{n + 1} }}" for n in range(most - 1)]
    document = f"{{ zone {{ ...F0 }} }} {' '.join(chain)} fragment F{most - 1} on Zone {{ code }}"
    Planner(GATEWAY_SCHEMA._schema).parsed(document)

    assert await zone.ask_node(document) == await zone.ask(document) == {"zone": {"code": "qu-hui-rao"}}


def lexed(document: str) -> Iterator[Token]:
    """Its tokens, as the parser counts them."""
    lexer = Lexer(Source(document))
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        yield token


async def test_errors_of_one_field_leave_the_others(zone: ClearDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def post(_: object, raw: bytes) -> bytes:
        _, asked = passing.parse_request(raw)
        error = {"message": "x" * 999, "path": ["zone", "here"], "extensions": {"code": "INTERNAL", "who": ["李样甲"]}}
        answer = ZoneAnswer(b'{"code":"x","here":null}', [error], {})
        return passing.write_answer(
            answer, re=asked.id, re_digest=statement.digest(raw), directory=1, signer=zone.courts.zone.gateway
        )

    monkeypatch.setattr(passing.ZoneClient, "post", post)

    data = await zone.ask_node(
        "query ($code: CourtCode!) { z: zone { code here: court(code: $code) { code } } }", code="x"
    )

    assert data == {"z": {"code": "x", "here": None}}
    (error,) = zone.errors
    assert (error.path, error.extensions, len(error.message)) == (["z", "here"], {"code": "INTERNAL"}, 300)


_ONE_FEDERATED = """
    query ($scope: Scope!) { zone { code matrix: crossBorderMatrix(scope: $scope) { ... on NotCovered { code } } } }
"""
STRANGE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a coverage of nothing": ({"path": ["zone"]}, {"coverage": {}}),
    "a path of objects": ({"path": ["zone", {"a": 1}]}, {}),
    "a path that is none": ({"path": {"zone": 1}}, {}),
    "a path of lists": ({"path": ["zone", ["a"]]}, {}),
}


@pytest.mark.parametrize("kind", STRANGE)
async def test_strange_errors_and_coverage_do_no_harm(
    zone: ClearDesk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, extensions = STRANGE[kind]

    async def post(_: object, raw: bytes) -> bytes:
        _, asked = passing.parse_request(raw)
        answer = ZoneAnswer(b'{"code":"x","matrix":{}}', [{"message": "no", **error}], extensions)
        return passing.write_answer(
            answer, re=asked.id, re_digest=statement.digest(raw), directory=1, signer=zone.courts.zone.gateway
        )

    monkeypatch.setattr(passing.ZoneClient, "post", post)

    data = await zone.ask_node(_ONE_FEDERATED)

    assert data == {"zone": {"code": "x", "matrix": {}}}
    assert [(error.path, error.message) for error in zone.errors] == [(["zone"], "no")]


async def test_court_that_joins_appears_at_every_door(new_database: Callable[..., Any], clock: SetClock) -> None:
    """By a newer directory alone: nothing is started again, and no schema changes."""
    document = """query ($scope: Scope!) { zone { courtCount crossBorderMatrix(scope: $scope) {
      ... on CrossBorderMatrix { rows { sourceCourt } coverage { inScope complete } } } } }"""

    def told(data: Any) -> tuple[int, set[str], dict[str, Any]]:
        matrix = data["zone"]["crossBorderMatrix"]
        return data["zone"]["courtCount"], {row["sourceCourt"] for row in matrix["rows"]}, matrix["coverage"]

    async with clear_desk(new_database, clock, absent=[SHEXIAN]) as zone:
        before = told(await zone.ask_node(document))
        await zone.courts.publish(2)
        after, at_gateway = told(await zone.ask_node(document)), told(await zone.ask(document))
        await zone.courts.publish(3, states={CHANGSHAN: "SUSPENDED"})
        later = told(await zone.ask_node(document))

    assert before == (2, {KAIHUA, CHANGSHAN}, {"inScope": 2, "complete": True})
    assert after == at_gateway == (3, {KAIHUA, CHANGSHAN, SHEXIAN}, {"inScope": 3, "complete": True})
    assert later == (3, {KAIHUA, SHEXIAN}, {"inScope": 3, "complete": False})
