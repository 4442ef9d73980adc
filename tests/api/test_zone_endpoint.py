"""What the gateway checks of a document that a node passes on: a member's own, fresh, for an officer it knows."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import orjson
import pytest

from api.rate_limits import RateLimits
from db.clock import SetClock
from db.ids import new_id
from db.pool import Pool
from enforcement.rules.rights import Caller
from federation.clear import passing, passing_live
from federation.clear.passing import PATH, ZoneAnswer, ZoneRequest
from federation.clear.passing_live import Place
from federation.wire import statement
from federation.wire.signing import generate_signing
from tests.enforcement.lookup_zone import LookupZone, lookup_zone
from tests.federation.zone import CHANGSHAN, KAIHUA, flipped

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


class Node:
    """开化's node, as far as it writes to the gateway."""

    def __init__(self, courts: LookupZone) -> None:
        self.courts, self.now = courts, courts.clock.now()

    def write(self, **changes: Any) -> bytes:
        signing = {
            "author": changes.pop("author", KAIHUA),
            "directory": changes.pop("directory", 1),
            "signer": changes.pop("signer", self.courts.zone.keys[KAIHUA].signing),
        }
        values: dict[str, Any] = {
            "id": new_id(self.now),
            "contract": 1,
            "officer": "o-330824-07",
            "document": "{ zone { code } }",
            "variables": {},
            "language": "zh",
            "issued": self.now,
            "expires": self.now + timedelta(minutes=5),
        }
        return passing.write_request(ZoneRequest(**(values | changes)), **signing)

    @property
    def url(self) -> str:
        return self.courts.courts[KAIHUA].zone._url

    async def post(self, raw: bytes, path: str = PATH) -> tuple[int, bytes]:
        async with aiohttp.ClientSession() as session, session.post(self.url + path, data=raw) as response:
            return response.status, await response.read()

    async def answer(self, **changes: Any) -> ZoneAnswer:
        raw = self.write(**changes)
        _, asked = passing.parse_request(raw)
        status, body = await self.post(raw)
        assert status == 200
        said, answer = passing.parse_answer(body, re=asked.id, re_digest=statement.digest(raw))
        self.courts.desk.directory.verify_statement(said)
        return answer

    async def follow(self, **changes: Any) -> list[ZoneAnswer]:
        """The answers of a row, verified, to its end."""
        raw = self.write(**changes)
        _, asked = passing.parse_request(raw)
        answers: list[ZoneAnswer] = []
        async for frame in passing_live.follow(self.courts.courts[KAIHUA].zone, raw):
            place = Place(asked.id, statement.digest(raw), len(answers))
            said, answer = passing_live.parse_frame(frame, place)
            self.courts.desk.directory.verify_statement(said)
            if answer is None:
                return answers
            answers.append(answer)
        raise AssertionError("the row was cut off")

    async def refusals(self) -> list[str]:
        async with self.courts.desk.pool.acquire() as conn:
            return [row["reason"] for row in await conn.fetch("SELECT reason FROM refused_envelopes")]


@pytest.fixture
async def node(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Node]:
    async with lookup_zone(new_database, clock) as courts:
        yield Node(courts)


async def test_answer_is_the_gateways_signed_word(node: Node) -> None:
    answer = await node.answer(
        document="query ($c: CourtCode!) { zone { court(code: $c) { name } } }", variables={"c": KAIHUA}
    )

    assert orjson.loads(answer.value) == {"court": {"name": "某某县人民法院"}}
    assert (answer.errors, answer.extensions) == ([], {"cost": {"estimated": 3, "limit": 20_000}})
    assert await node.refusals() == []


WRONG: dict[str, tuple[Callable[[Node], bytes], int, str]] = {
    "too large": (lambda n: bytes(passing.MAX_REQUEST + 1), 413, "TOO_LARGE"),
    "rubbish": (lambda n: b"rubbish", 400, "MALFORMED"),
    "tampered": (lambda n: flipped(n.write()), 401, "BAD_SIGNATURE"),
    "a stranger's key": (lambda n: n.write(signer=generate_signing()), 401, "BAD_SIGNATURE"),
    "another court's key": (lambda n: n.write(author=CHANGSHAN), 401, "BAD_SIGNATURE"),
    "an unknown court": (lambda n: n.write(author="京0101"), 403, "UNKNOWN_COURT"),
    "unknown directory": (lambda n: n.write(directory=7), 409, "UNKNOWN_DIRECTORY"),
    "old": (lambda n: n.write(issued=n.now - HOUR, expires=n.now + HOUR), 410, "STALE"),
    "a contract too old": (lambda n: n.write(contract=0), 403, "UNSUPPORTED_CONTRACT"),
    "a contract too new": (lambda n: n.write(contract=3), 403, "UNSUPPORTED_CONTRACT"),
    "expired": (lambda n: n.write(expires=n.now - timedelta(seconds=1)), 410, "STALE"),
}


@pytest.mark.parametrize("path", [PATH, passing_live.PATH])
@pytest.mark.parametrize("wrong", WRONG)
async def test_wrong_request_leaves_its_refusal_only(node: Node, wrong: str, path: str) -> None:
    write, status, code = WRONG[wrong]

    assert await node.post(write(node), path) == (status, orjson.dumps({"code": code}))
    assert await node.refusals() == [code]


async def test_unknown_officer_is_nobody(node: Node) -> None:
    assert await node.post(node.write(officer="o-330824-99")) == (403, b'{"code":"FORBIDDEN"}')


@pytest.mark.parametrize("path", [PATH, passing_live.PATH])
async def test_a_court_has_so_many_requests(new_database: Callable[..., Any], clock: SetClock, path: str) -> None:
    """Of all its officers together, over all processes of the gateway; what is refused unread is not counted."""
    at = datetime(2025, 7, 14, 1, 0, 15, tzinfo=UTC)
    pools: list[Pool] = []

    def rates(pool: Pool) -> RateLimits:
        pools.append(pool)
        return RateLimits(pool, per_court=3, now=lambda: at)

    async with lookup_zone(new_database, clock, rates=rates) as courts:
        node, caller = Node(courts), Caller("o-330824-01", KAIHUA, frozenset())
        assert (await node.post(flipped(node.write()), path))[0] == 401
        await RateLimits(pools[0], per_court=3, now=lambda: at).spend(caller, "")

        told = [(await node.post(node.write(officer=f"o-330824-0{n}"), path))[0] for n in (1, 7, 1, 7)]
        other = node.write(officer="o-330822-07", author=CHANGSHAN, signer=courts.zone.keys[CHANGSHAN].signing)
        elsewhere, _ = await node.post(other, path)
        async with aiohttp.ClientSession() as session, session.post(node.url + path, data=node.write()) as refused:
            body, retry_after = await refused.read(), refused.headers["retry-after"]

    assert (told, elsewhere) == ([200, 200, 429, 429], 200)
    assert (refused.status, body, retry_after) == (429, b'{"code":"TOO_MANY_REQUESTS"}', "45")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ zone { who } }", "DOCUMENT_INVALID"),
        ("{ zone {", "DOCUMENT_SYNTAX"),
        ("{ __schema { types { name } } }", "INTROSPECTION_FORBIDDEN"),
        ("subscription { carriedTraffic { __typename } }", "SUBSCRIPTION_OVER_HTTP"),
        ("query ($c: CourtCode!) { zone { court(code: $c) { name } } }", "VARIABLES_INVALID"),
    ],
)
async def test_refused_document_is_an_answer_with_errors(node: Node, document: str, code: str) -> None:
    answer = await node.answer(document=document)

    assert answer.value == b"null"
    assert [error["extensions"]["code"] for error in answer.errors] == [code]


MATRIX = "crossBorderMatrix(scope: $s) { __typename ... on CrossBorderMatrix { rows { division } } }"


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        ("subscription { carriedTraffic { __typename } }", {}, "DOCUMENT_INVALID"),
        ("subscription { trackedTaskChanged { __typename } }", {}, "DOCUMENT_INVALID"),
        ("query ($s: Scope!) { zone { " + MATRIX + " } }", {"s": {"wholeZone": True}}, "DOCUMENT_INVALID"),
        ("mutation { zone { __typename } }", {}, "DOCUMENT_INVALID"),
        ("subscription ($s: Scope!) { " + MATRIX + " }", {}, "VARIABLES_INVALID"),
        (
            "subscription ($s: Scope!) { a: " + MATRIX + " b: " + MATRIX + " }",
            {"s": {"wholeZone": True}},
            "DOCUMENT_INVALID",
        ),
        (
            "subscription ($s: Scope!) { " + MATRIX.replace("division", "division " * 2000) + " }",
            {},
            "DOCUMENT_TOO_LARGE",
        ),
        (
            "subscription ($s: Scope!) { ...F } fragment F on Subscription { " + MATRIX + " }",
            {"s": {}},
            "DOCUMENT_INVALID",
        ),
    ],
)
async def test_nothing_but_one_twin_is_followed(
    node: Node, document: str, variables: dict[str, Any], code: str
) -> None:
    answers = await node.follow(document=document, variables=variables)

    assert [answer.value for answer in answers] == [b"null"]
    assert {error["extensions"]["code"] for answer in answers for error in answer.errors} == {code}


async def test_a_twin_is_followed_to_its_end(node: Node) -> None:
    answers = await node.follow(
        document="subscription ($s: Scope!) { m: " + MATRIX + " }", variables={"s": {"courts": [KAIHUA]}}
    )

    assert orjson.loads(answers[-1].value)["__typename"] == "CrossBorderMatrix"
    assert answers[-1].extensions["coverage"]["complete"]
    assert await node.refusals() == []


async def test_encrypted_fields_stay_home(node: Node) -> None:
    """The field refuses by itself, whatever the hook before it lets through."""
    document = """query ($i: DebtorIdentityInput!, $b: LegalBasisInput!, $s: Scope!) {
      debtorPresence(identity: $i, basis: $b, scope: $s) { __typename } }"""
    variables = {"i": {}, "b": {"caseNumber": "x", "purpose": "WHEREABOUTS"}, "s": {"wholeZone": True}}

    answer = await node.answer(document=document, variables=variables)

    assert answer.value == b"null"
    assert [error["extensions"]["code"] for error in answer.errors] == ["ASK_OWN_COURT"]
