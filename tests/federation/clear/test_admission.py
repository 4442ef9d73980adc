"""What a court checks of a clear query: the gateway's own, fresh, for this court; else a plain code."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from db.clock import SetClock
from db.ids import new_id
from db.pool import Pool
from federation.ask.content import Answer
from federation.ask.refusing import Rejected
from federation.ask.status import Reason, Status
from federation.clear import content
from federation.clear.admission import ClearCourt, admit
from federation.clear.content import ClearQuery, Told
from federation.wire import statement
from tests.federation.ask.asking import directory_of
from tests.federation.zone import CHANGSHAN, SHEXIAN, Zone, flipped

pytestmark = pytest.mark.anyio
CONTRACTS = [(own, named, named in {own - 1, own, own + 1} - {0}) for own in (1, 2, 3) for named in range(5)]


@dataclass(slots=True)
class Scene:
    """歙县 and what it was made to answer."""

    zone: Zone
    court: ClearCourt
    executed: list[ClearQuery] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(status=Status.EMPTY, data=msgspec.Raw(b"{}")))
    fails: bool = False

    def query(self, **changes: Any) -> ClearQuery:
        now = self.court.clock.now()
        values: dict[str, Any] = {
            "id": new_id(now),
            "to": SHEXIAN,
            "contract": 1,
            "field": "stock",
            "arguments": {},
            "selection": "{ a }",
            "language": "en",
            "issued": now,
            "expires": now + timedelta(minutes=5),
        }
        return ClearQuery(**(values | changes))

    def write(self, **changes: Any) -> bytes:
        signing: dict[str, Any] = {"directory": 1, "signer": self.zone.gateway}
        signing |= {name: changes.pop(name) for name in tuple(signing) if name in changes}
        return content.write_query(self.query(**changes), **signing)

    async def execute(self, query: ClearQuery) -> Told:
        self.executed.append(query)
        if self.fails:
            raise ValueError("李样甲")
        return Told(self.answer)

    async def refusals(self) -> list[str]:
        async with self.court.pool.acquire() as conn:
            return [row["reason"] for row in await conn.fetch("SELECT reason FROM refused_envelopes")]


@pytest.fixture
async def scene(node_pool: Pool, clock: SetClock) -> Scene:
    zone = Zone()
    directory = await directory_of(zone, node_pool, clock)
    return Scene(zone, ClearCourt(SHEXIAN, node_pool, clock, directory, zone.keys[SHEXIAN].signing))


async def test_the_gateways_query_is_answered_signed(scene: Scene) -> None:
    query = scene.query(arguments={"first": 3})
    raw = content.write_query(query, directory=1, signer=scene.zone.gateway)

    answered = await admit(scene.court, raw, scene.execute)

    said, told = content.parse_answer(answered, re=query.id, re_digest=statement.digest(raw), author=SHEXIAN)
    scene.court.directory.verify_statement(said)
    assert (told.answer.status, bytes(told.answer.data), told.page) == (Status.EMPTY, b"{}", None)
    assert scene.executed == [query]
    assert await scene.refusals() == []


def misplaced(scene: Scene) -> bytes:
    """A court's own statement with a query in it."""
    body = msgspec.json.encode(scene.query())
    keys = scene.zone.keys[CHANGSHAN]
    return statement.write(content.QUERY, body, author=CHANGSHAN, directory=1, signer=keys.signing)


HOUR = timedelta(hours=1)
WRONG: dict[str, tuple[Any, Reason]] = {
    "too large": (lambda s: bytes(content.MAX_QUERY + 1), Reason.TOO_LARGE),
    "rubbish": (lambda s: b"rubbish", Reason.MALFORMED),
    "a court's": (misplaced, Reason.MALFORMED),
    "tampered": (lambda s: flipped(s.write()), Reason.BAD_SIGNATURE),
    "another's key": (lambda s: s.write(signer=s.zone.keys[CHANGSHAN].signing), Reason.BAD_SIGNATURE),
    "unknown directory": (lambda s: s.write(directory=7), Reason.UNKNOWN_DIRECTORY),
    "old": (
        lambda s: s.write(issued=s.court.clock.now() - HOUR, expires=s.court.clock.now() + HOUR),
        Reason.STALE,
    ),
    "from the future": (
        lambda s: s.write(issued=s.court.clock.now() + HOUR, expires=s.court.clock.now() + 2 * HOUR),
        Reason.STALE,
    ),
    "expired": (lambda s: s.write(expires=s.court.clock.now() - timedelta(seconds=1)), Reason.STALE),
    "for another court": (lambda s: s.write(to=CHANGSHAN), Reason.NOT_FOR_THIS_COURT),
    "an unknown member": (
        lambda s: statement.write(
            content.QUERY,
            msgspec.json.encode(s.query())[:-1] + b',"who":1}',
            author="gateway",
            directory=1,
            signer=s.zone.gateway,
        ),
        Reason.MALFORMED,
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_query_leaves_its_refusal_only(scene: Scene, wrong: str) -> None:
    write, reason = WRONG[wrong]

    with pytest.raises(Rejected) as rejected:
        await admit(scene.court, write(scene), scene.execute)

    assert rejected.value.reason is reason
    assert scene.executed == []
    assert await scene.refusals() == [reason.value]


async def test_a_suspended_court_answers_nothing(node_pool: Pool, clock: SetClock) -> None:
    zone = Zone()
    courts = [zone.court(SHEXIAN, state="SUSPENDED"), zone.court(CHANGSHAN)]
    directory = await directory_of(zone, node_pool, clock, courts=courts, agreements=[])
    scene = Scene(zone, ClearCourt(SHEXIAN, node_pool, clock, directory, zone.keys[SHEXIAN].signing))

    with pytest.raises(Rejected) as rejected:
        await admit(scene.court, scene.write(), scene.execute)

    assert rejected.value.reason is Reason.MEMBERSHIP_SUSPENDED


async def answer_to(scene: Scene, **changes: Any) -> Answer:
    query = scene.query(**changes)
    raw = content.write_query(query, directory=1, signer=scene.zone.gateway)
    answered = await admit(scene.court, raw, scene.execute)
    return content.parse_answer(answered, re=query.id, re_digest=statement.digest(raw), author=SHEXIAN)[1].answer


async def test_own_faults_are_signed_and_without_words(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.fails = True

    answer = await answer_to(scene)

    assert (answer.status, answer.code, bytes(answer.data)) == (Status.FAULTY, "INTERNAL", b"null")
    assert "李样甲" not in caplog.text


async def test_too_large_an_answer_is_a_fault(scene: Scene) -> None:
    scene.answer = Answer(status=Status.ANSWERED, rows=1, data=msgspec.Raw(b'"' + b"x" * 300_000 + b'"'))

    answer = await answer_to(scene)

    assert (answer.status, answer.code) == (Status.FAULTY, "TOO_LARGE")


@pytest.mark.parametrize(("own", "named", "is_spoken"), CONTRACTS)
async def test_contracts_one_apart_are_spoken(scene: Scene, own: int, named: int, is_spoken: bool) -> None:
    scene.court = replace(scene.court, contract=own)

    answer = await answer_to(scene, contract=named)

    assert answer.status is (Status.EMPTY if is_spoken else Status.UNSUPPORTED)
    assert answer.code == (None if is_spoken else "UNSUPPORTED_CONTRACT")
    assert len(scene.executed) == is_spoken
