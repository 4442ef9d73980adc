"""The admission list, refusal by refusal, in its order; what each leaves behind."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from db.clock import SetClock
from db.pool import Conn, Pool
from federation.ask import admission, checks
from federation.ask.arrival import Admitted
from federation.ask.content import Answer
from federation.ask.refusing import Rejected
from federation.ask.status import Reason, Status
from federation.wire import envelope
from federation.wire.signing import generate_signing
from tests.federation.ask.asking import PART, PERSON, Asked, asked_court
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
CONTRACTS = [(own, named, named in {own - 1, own, own + 1} - {0}) for own in (1, 2, 3) for named in range(5)]


@pytest.fixture
async def asked(node_pool: Pool, clock: SetClock) -> Asked:
    return await asked_court(Zone(), node_pool, clock)


def test_the_lists_are_the_specification() -> None:
    names = [check.__name__.removeprefix("check_") for check in (*checks.PROVING, *checks.ADMITTING)]

    assert names == [
        "size",
        "header",
        "member_state",
        "signature",
        "freshness",
        "replay",
        "agreement",
        "court_rate",
        "box",
        "mandate",
        "what_is_agreed",
        "officer_rate",
    ]


async def test_good_ask_is_answered_logged_and_stored(asked: Asked) -> None:
    answer = asked.opened(await asked.admit(asked.ask()))

    assert (answer.status, bytes(answer.data)) == (Status.ANSWERED, b'{"count":1}')
    assert await asked.counts() == {"access_log": 1, "answers": 1, "refused_envelopes": 0}
    (entry,) = await asked.log()
    assert (entry["asking_court"], entry["outcome"], entry["rows"]) == (KAIHUA, "ANSWERED", 1)
    assert entry["subject_key"] == asked.court.at_rest.blind("ID_NUMBER", PERSON)
    assert PERSON.encode() not in entry["mandate"]


def tampered(raw: bytes) -> bytes:
    return raw[:-80] + bytes([raw[-80] ^ 1]) + raw[-79:]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda asked: b"x" * (envelope.MAX_ASK + 1), Reason.TOO_LARGE),
        (lambda asked: b"", Reason.MALFORMED),
        (lambda asked: asked.ask()[:-1], Reason.MALFORMED),
        (lambda asked: asked.ask(kind="answer", re=envelope.parse(asked.ask()).header.id, re_digest="0" * 64), None),
        (lambda asked: asked.ask(to=CHANGSHAN), Reason.NOT_FOR_THIS_COURT),
        (lambda asked: asked.ask(sender="京0101"), Reason.UNKNOWN_COURT),
        (lambda asked: asked.ask(directory=2), Reason.UNKNOWN_DIRECTORY),
        (lambda asked: tampered(asked.ask()), Reason.BAD_SIGNATURE),
        (lambda asked: asked.ask(signer=generate_signing()), Reason.BAD_SIGNATURE),
        (lambda asked: asked.ask(sender=CHANGSHAN), Reason.BAD_SIGNATURE),
    ],
)
async def test_unproved_sender_gets_a_code_and_a_row(asked: Asked, make: Any, reason: Reason | None) -> None:
    with pytest.raises(Rejected) as caught:
        await asked.admit(make(asked))

    assert caught.value.reason is (reason or Reason.MALFORMED)
    assert asked.executed == []
    assert await asked.counts() == {"access_log": 0, "answers": 0, "refused_envelopes": 1}


async def test_stranger_leaves_no_name(asked: Asked) -> None:
    with pytest.raises(Rejected):
        await asked.admit(asked.ask(sender="京0101"))

    assert (await asked.refused())[0]["sender_claimed"] is None


@pytest.mark.parametrize("who", [KAIHUA, SHEXIAN])
async def test_suspended_court_neither_asks_nor_answers(node_pool: Pool, clock: SetClock, who: str) -> None:
    zone = Zone()
    courts = [zone.court(code, state="SUSPENDED" if code == who else "ACTIVE") for code in zone.keys]
    asked = await asked_court(zone, node_pool, clock, courts=courts)

    with pytest.raises(Rejected) as caught:
        await asked.admit(asked.ask())

    assert caught.value.reason is Reason.MEMBERSHIP_SUSPENDED
    assert await asked.counts() == {"access_log": 0, "answers": 0, "refused_envelopes": 1}


async def test_newer_directory_is_fetched_before_the_ask_is_judged(node_pool: Pool, clock: SetClock) -> None:
    zone = Zone()
    courts = [zone.court(code, state="SUSPENDED" if code == KAIHUA else "ACTIVE") for code in zone.keys]
    asked = await asked_court(zone, node_pool, clock, courts=courts)

    async def fetch() -> None:
        async with node_pool.acquire() as conn:
            await asked.court.directory.accept(conn, zone.signed(2), clock.now())

    asked.court = replace(asked.court, fetch=fetch)

    assert asked.opened(await asked.admit(asked.ask(directory=2))).status is Status.ANSWERED
    assert await asked.counts() == {"access_log": 1, "answers": 1, "refused_envelopes": 0}


async def test_expired_directory_admits_nobody(asked: Asked) -> None:
    asked.clock.advance(timedelta(days=31))

    with pytest.raises(Rejected) as caught:
        await asked.admit(asked.ask())

    assert caught.value.reason is Reason.UNKNOWN_DIRECTORY


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"plaintext": b"{}"}, Reason.MALFORMED),
        ({"encrypted_to": CHANGSHAN}, Reason.CANNOT_OPEN),
        ({"mandate": b"nothing"}, Reason.BAD_MANDATE),
        ({"mandate_signer": generate_signing()}, Reason.BAD_MANDATE),
        ({"asking": CHANGSHAN}, Reason.BAD_MANDATE),
        ({"asked": (CHANGSHAN,)}, Reason.BAD_MANDATE),
        ({"officer": "o-330824-99"}, Reason.BAD_MANDATE),
        ({"selection_digest": "0" * 64}, Reason.BAD_MANDATE),
        ({"purpose": "WHEREABOUTS"}, Reason.PURPOSE_NOT_AGREED),
        ({"sections": ("PAYMENTS", "WHEREABOUTS")}, Reason.SECTION_NOT_AGREED),
    ],
)
async def test_proved_sender_gets_a_signed_refusal(asked: Asked, changes: dict[str, Any], reason: Reason) -> None:
    answer = asked.opened(await asked.admit(asked.ask(**changes)))

    assert (answer.status, answer.code, bytes(answer.data)) == (Status.REFUSED, reason, b"null")
    assert asked.executed == []
    assert await asked.counts() == {"access_log": 1, "answers": 1, "refused_envelopes": 0}
    assert (await asked.log())[0]["outcome"] == reason


async def test_what_is_agreed_is_answered_beside_a_refusal(asked: Asked) -> None:
    answer = asked.opened(await asked.admit(asked.ask(sections=("CASES", "WHEREABOUTS"))))

    assert (answer.status, answer.code) == (Status.REFUSED, Reason.SECTION_NOT_AGREED)
    assert (bytes(answer.data), answer.rows) == (PART, 1)
    assert [admitted.mandate.sections for admitted in asked.executed] == [("CASES",)]
    (entry,) = await asked.log()
    assert (entry["outcome"], entry["sections"], entry["rows"]) == (
        "SECTION_NOT_AGREED",
        ["CASES", "WHEREABOUTS"],
        1,
    )


async def test_fault_of_ours_is_no_refusal(asked: Asked) -> None:
    asked.answer = Answer(status=Status.FAULTY, code=Reason.INTERNAL)

    answer = asked.opened(await asked.admit(asked.ask(sections=("CASES", "WHEREABOUTS"))))

    assert (answer.status, answer.code) == (Status.FAULTY, Reason.INTERNAL)


async def test_expired_mandate_is_refused(asked: Asked) -> None:
    raw = asked.ask(mandate_expires=asked.clock.now() - timedelta(seconds=1))

    assert asked.opened(await asked.admit(raw)).code == Reason.BAD_MANDATE


@pytest.mark.parametrize(("own", "named", "is_spoken"), CONTRACTS)
async def test_contracts_one_apart_are_spoken(asked: Asked, own: int, named: int, is_spoken: bool) -> None:
    asked.court = replace(asked.court, contract=own)

    answer = asked.opened(await asked.admit(asked.ask(contract=named)))

    assert answer.status is (Status.ANSWERED if is_spoken else Status.UNSUPPORTED)
    assert answer.code == (None if is_spoken else Reason.UNSUPPORTED_CONTRACT)
    assert len(asked.executed) == is_spoken


@pytest.mark.parametrize("shift", [timedelta(minutes=-6), timedelta(minutes=6)])
async def test_stale_ask_takes_no_place(asked: Asked, shift: timedelta) -> None:
    now = asked.clock.now()
    raw = asked.ask(issued=now + shift, expires=now + shift + timedelta(hours=1))

    for _ in range(2):
        assert asked.opened(await asked.admit(raw)).code == Reason.STALE

    assert asked.executed == []
    assert await asked.counts() == {"access_log": 1, "answers": 0, "refused_envelopes": 0}


async def test_expired_ask_is_stale(asked: Asked) -> None:
    now = asked.clock.now()
    raw = asked.ask(issued=now - timedelta(minutes=2), expires=now - timedelta(minutes=1))

    assert asked.opened(await asked.admit(raw)).code == Reason.STALE


async def test_no_agreement_no_answer(node_pool: Pool, clock: SetClock) -> None:
    asked = await asked_court(Zone(), node_pool, clock, agreements=[])

    answer = asked.opened(await asked.admit(asked.ask()))

    assert answer.code == Reason.NO_AGREEMENT
    assert asked.executed == []
    assert (await asked.log())[0]["officer_id"] is None


async def test_retry_gets_the_same_bytes_and_one_row(asked: Asked) -> None:
    raw = asked.ask()

    first = await asked.admit(raw)
    asked.clock.advance(timedelta(minutes=1))
    again = await asked.admit(raw)

    assert again == first
    assert len(asked.executed) == 1
    assert await asked.counts() == {"access_log": 1, "answers": 1, "refused_envelopes": 0}


async def test_retry_of_a_refused_ask_gets_the_same_bytes(asked: Asked) -> None:
    raw = asked.ask(purpose="WHEREABOUTS")

    assert await asked.admit(raw) == await asked.admit(raw)
    assert await asked.counts() == {"access_log": 1, "answers": 1, "refused_envelopes": 0}


async def test_simultaneous_retry_waits_for_the_answer(asked: Asked) -> None:
    raw, entered, gate = asked.ask(), asyncio.Event(), asyncio.Event()
    executed: list[Admitted] = []

    async def slow(admitted: Admitted, conn: Conn) -> Answer:
        executed.append(admitted)
        entered.set()
        await gate.wait()
        return asked.answer

    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(admission.admit(asked.court, raw, slow)) for _ in range(3)]
        await entered.wait()
        gate.set()

    assert len({call.result() for call in calls}) == 1
    assert len(executed) == 1


async def test_other_bytes_under_one_id_are_equivocation(asked: Asked) -> None:
    raw = asked.ask()
    first = await asked.admit(raw)

    other = asked.opened(await asked.admit(asked.ask(id=envelope.parse(raw).header.id)))

    assert other.code == Reason.EQUIVOCATION
    assert len(asked.executed) == 1
    assert await asked.admit(raw) == first
    assert [entry["outcome"] for entry in await asked.log()] == ["ANSWERED", "EQUIVOCATION"]


async def test_court_rate_is_the_agreements(node_pool: Pool, clock: SetClock) -> None:
    zone = Zone()
    asked = await asked_court(zone, node_pool, clock, agreements=zone.everybody(KAIHUA, looks_per_hour=2))

    codes = [asked.opened(await asked.admit(asked.ask())).code for _ in range(4)]
    asked.clock.advance(timedelta(hours=1, seconds=1))
    later = asked.opened(await asked.admit(asked.ask())).code

    assert codes == [None, None, Reason.COURT_RATE_LIMITED, Reason.COURT_RATE_LIMITED]
    assert later is None
    assert len(asked.executed) == 3


async def test_old_asks_offered_again_use_up_no_rate(node_pool: Pool, clock: SetClock) -> None:
    """Who carried them may have kept them: a court's number is used up by its own fresh asks only."""
    zone = Zone()
    asked = await asked_court(zone, node_pool, clock, agreements=zone.everybody(KAIHUA, looks_per_hour=2))
    kept = [asked.ask() for _ in range(3)]
    asked.clock.advance(timedelta(minutes=6))

    stale = [asked.opened(await asked.admit(raw)).code for raw in kept]

    assert stale == [Reason.STALE] * 3
    assert asked.opened(await asked.admit(asked.ask())).code is None


async def test_officer_rate_is_exact_under_simultaneous_asks(node_pool: Pool, clock: SetClock) -> None:
    asked = await asked_court(Zone(), node_pool, clock, officer_limit=3)

    answers = await asyncio.gather(*(asked.admit(asked.ask()) for _ in range(6)))

    codes = [asked.opened(answer).code for answer in answers]
    assert sorted(code or "" for code in codes) == ["", "", "", *[Reason.RATE_LIMITED] * 3]
    assert len(asked.executed) == 3


async def test_own_fault_is_a_signed_answer_and_a_row(asked: Asked) -> None:
    async def broken(admitted: Admitted, conn: Conn) -> Answer:
        await conn.execute("SELECT 1/0")
        raise AssertionError

    answer = asked.opened(await admission.admit(asked.court, asked.ask(), broken))

    assert (answer.status, answer.code) == (Status.FAULTY, Reason.INTERNAL)
    assert (await asked.log())[0]["outcome"] == Reason.INTERNAL


async def test_answer_beyond_the_largest_box_is_a_fault(asked: Asked) -> None:
    asked.answer = Answer(status=Status.ANSWERED, rows=1, data=msgspec.Raw(b'"' + b"x" * 300_000 + b'"'))

    answer = asked.opened(await asked.admit(asked.ask()))

    assert (answer.status, answer.code, bytes(answer.data)) == (Status.FAULTY, Reason.TOO_LARGE, b"null")
