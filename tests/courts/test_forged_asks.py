"""Asks that are not what they say, and asks of a proved court that no mandate allows: refused, logged, unanswered."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from api.demo.client import Client
from db.ids import new_id
from federation.ask import frames
from federation.ask.status import Status
from federation.wire.envelope import MAX_ASK
from tests.courts.desks import CENTRE, Desks, counts
from tests.courts.forger import ELSEWHERE, SENDER, TO, Forger, grown, newest_refusal, readdressed, tampered

pytestmark = pytest.mark.anyio

THERE = "330127"
ASKS, RELAYED_ASKS = "/federation/ask", "/relay/asks"
HOUR = timedelta(hours=1)
ACCESS = """
query Access { accessLog(first: 1) {
  ... on AccessLog { entries { askingCourt outcome officerId rows } } ... on Problem { code message }
} }"""
Write = Callable[[Forger], bytes]


FORGED_ASKS: dict[str, tuple[Write, int, str]] = {
    "no envelope": (lambda f: b"rubbish", 400, "MALFORMED"),
    "a message": (lambda f: f.message(), 400, "MALFORMED"),
    "tampered": (lambda f: tampered(f.ask()), 401, "BAD_SIGNATURE"),
    "re-addressed": (lambda f: readdressed(f.ask()), 403, "NOT_FOR_THIS_COURT"),
    "for another court": (lambda f: f.ask(to=ELSEWHERE), 403, "NOT_FOR_THIS_COURT"),
    "another court's key": (lambda f: f.ask(signer=f.zone.keys[ELSEWHERE].signing), 401, "BAD_SIGNATURE"),
    "an unknown court": (lambda f: f.ask(sender="京0101"), 403, "UNKNOWN_COURT"),
    "too large": (lambda f: bytes(MAX_ASK + 1), 413, "TOO_LARGE"),
}


@pytest.mark.parametrize("forged", FORGED_ASKS, ids=str)
async def test_a_forged_ask_leaves_its_refusal_only(forger: Forger, forged: str) -> None:
    write, status, code = FORGED_ASKS[forged]
    before = await counts(forger.zone, THERE)

    answer = await forger.post(forger.door(ASKS), write(forger))

    assert (answer[0], json.loads(answer[1])) == (status, {"code": code})
    assert await grown(forger.zone, THERE, before) == {"refused_envelopes": 1}
    assert (await newest_refusal(forger.zone, THERE))[0] == code


REFUSED_ASKS: dict[str, tuple[dict[str, Any], str]] = {
    "nobody of the asking court": ({"officer": "o-330824-01"}, "BAD_MANDATE"),
    "given for another court": ({"asked": (ELSEWHERE,)}, "BAD_MANDATE"),
    "in another court's name": ({"asking": ELSEWHERE}, "BAD_MANDATE"),
    "another court's case": ({"case_number": "（2025）浙0824执366号"}, "BAD_MANDATE"),
    "another selection": ({"selection_digest": "0" * 64}, "BAD_MANDATE"),
    "a malformed number": ({"subject": "341021199211209991"}, "BAD_MANDATE"),
    "a section beside the purpose": ({"sections": ("WHEREABOUTS",)}, "PURPOSE_NOT_PERMITTED"),
    "an unknown purpose": ({"purpose": "CURIOSITY"}, "PURPOSE_NOT_AGREED"),
}


@pytest.mark.parametrize("wrong", REFUSED_ASKS, ids=str)
async def test_a_proved_court_is_refused_in_signed_words(forger: Forger, client: Client, wrong: str) -> None:
    """What the asking node would never send, the asked court refuses by itself, and logs (SC-19)."""
    changes, code = REFUSED_ASKS[wrong]
    before = await counts(forger.zone, THERE)

    status, raw = await forger.post(forger.door(ASKS), forger.ask(**changes))

    answer = forger.opened(raw)
    assert (status, answer.status, answer.code, bytes(answer.data)) == (200, Status.REFUSED, code, b"null")
    assert await grown(forger.zone, THERE, before) == {"access_log": 1, "answers": 1, "audit": 1}
    (entry,) = (await Desks(forger.zone, client).at(TO, CENTRE).one(ACCESS))["entries"]
    assert (entry["askingCourt"], entry["outcome"], entry["rows"]) == (SENDER, code, 0)


async def test_a_stale_ask_is_refused_and_logged(forger: Forger, client: Client) -> None:
    now = forger.zone.clock.now()
    before = await counts(forger.zone, THERE)

    _, old = await forger.post(forger.door(ASKS), forger.ask(issued=now - HOUR, expires=now + HOUR))
    _, expired = await forger.post(
        forger.door(ASKS), forger.ask(issued=now - timedelta(minutes=4), expires=now - timedelta(minutes=1))
    )

    assert [forger.opened(raw).code for raw in (old, expired)] == ["STALE", "STALE"]
    assert await grown(forger.zone, THERE, before) == {"access_log": 2, "audit": 2}


async def test_an_ask_is_answered_once(forger: Forger) -> None:
    number = new_id(forger.zone.clock.now())
    first, other = forger.ask(id=number), forger.ask(id=number)
    before = await counts(forger.zone, THERE)

    _, answer = await forger.post(forger.door(ASKS), first)
    _, again = await forger.post(forger.door(ASKS), first)
    logged_once = await grown(forger.zone, THERE, before)
    _, refused = await forger.post(forger.door(ASKS), other)

    assert forger.opened(answer).status in {Status.ANSWERED, Status.EMPTY}
    assert again == answer
    assert logged_once == {"access_log": 1, "answers": 1, "audit": 1}
    assert forger.opened(refused).code == "EQUIVOCATION"
    assert await grown(forger.zone, THERE, before) == {"access_log": 2, "answers": 1, "audit": 2}


FORGED_BATCHES: dict[str, tuple[Write, int, str]] = {
    "no frames": (lambda f: b"rubbish", 400, "MALFORMED"),
    "a message": (lambda f: frames.write_batch([f.message()]), 400, "MALFORMED"),
    "two askers": (lambda f: frames.write_batch([f.ask(), f.ask(sender=ELSEWHERE)]), 400, "MALFORMED"),
    "tampered": (lambda f: frames.write_batch([f.ask(), tampered(f.ask())]), 401, "BAD_SIGNATURE"),
    "re-addressed": (lambda f: frames.write_batch([readdressed(f.ask())]), 401, "BAD_SIGNATURE"),
    "another court's key": (
        lambda f: frames.write_batch([f.ask(signer=f.zone.keys[ELSEWHERE].signing)]),
        401,
        "BAD_SIGNATURE",
    ),
    "an unknown court": (lambda f: frames.write_batch([f.ask(sender="京0101")]), 403, "UNKNOWN_COURT"),
    "expired": (
        lambda f: frames.write_batch([f.ask(issued=f.zone.clock.now() - 2 * HOUR, expires=f.zone.clock.now() - HOUR)]),
        410,
        "STALE",
    ),
}


@pytest.mark.parametrize("forged", FORGED_BATCHES, ids=str)
async def test_a_forged_batch_goes_nowhere(forger: Forger, forged: str) -> None:
    write, status, code = FORGED_BATCHES[forged]
    before, there = await counts(forger.zone, "gateway"), await counts(forger.zone, THERE)

    answer = await forger.post(forger.door(RELAYED_ASKS, None), write(forger))

    assert (answer[0], json.loads(answer[1])) == (status, {"code": code})
    assert await grown(forger.zone, "gateway", before) == {"refused_envelopes": 1}
    assert await grown(forger.zone, THERE, there) == {}
