"""What the examiner is answered: by a court that is no member yet, about the sample person; by a member nothing."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from api.conform.forger import Face, Forger
from db.clock import SetClock
from db.pool import Pool
from federation.ask import content, examining
from federation.ask.content import Answer
from federation.ask.refusing import Rejected
from federation.ask.status import Reason, Status
from federation.wire import decryption, envelope, keyfile
from federation.wire.errors import UnknownCourt
from federation.wire.header import EXAMINER
from tests.federation.ask.asking import Asked, asked_court
from tests.federation.zone import KAIHUA, SHEXIAN, Zone, key_entries

pytestmark = pytest.mark.anyio

SAMPLE: dict[str, Any] = {
    "officer": examining.OFFICER,
    "case_number": examining.CASE,
    "purpose": examining.PURPOSE,
    "sections": examining.SECTIONS,
    "subject_kind": examining.SUBJECT_KIND,
    "subject": examining.SUBJECT,
}


@dataclass(frozen=True, slots=True)
class Examined:
    """歙县, which is a member or not, and the examiner's pen."""

    asked: Asked
    pen: Forger

    async def answer(self, raw: bytes) -> Answer:
        """The answer, as the examiner reads it."""
        arrived = envelope.parse(await self.asked.admit(raw))
        return content.decode_answer(decryption.decrypt(arrived, self.pen.face.box))

    async def rejection(self, raw: bytes) -> Reason:
        with pytest.raises(Rejected) as caught:
            await self.asked.admit(raw)
        return caught.value.reason


async def examined(pool: Pool, clock: SetClock, *, is_member: bool = False) -> Examined:
    zone, keys = Zone(), keyfile.generate(EXAMINER)
    gateway = msgspec.structs.replace(zone.document().gateway, examiner=key_entries(keys))
    courts = [zone.court(code) for code in zone.keys if is_member or code != SHEXIAN]
    agreements = [each for each in zone.everybody(KAIHUA) if is_member or each.asked != SHEXIAN]
    asked = await asked_court(zone, pool, clock, courts=courts, gateway=gateway, agreements=agreements)
    boxes = {code: (own.box.id, own.box.public) for code, own in zone.keys.items()}
    return Examined(asked, Forger(Face(EXAMINER, keys.signing, keys.box, SAMPLE), SHEXIAN, boxes.__getitem__, clock))


@pytest.fixture
async def applicant(node_pool: Pool, clock: SetClock) -> Examined:
    return await examined(node_pool, clock)


async def test_an_applicant_answers_about_the_sample_person(applicant: Examined) -> None:
    answer = await applicant.answer(applicant.pen.ask())

    assert answer.status is Status.ANSWERED
    (admitted,) = applicant.asked.executed
    assert (admitted.mandate.subject, admitted.mandate.sections) == (examining.SUBJECT, examining.SECTIONS)
    (entry,) = await applicant.asked.log()
    assert (entry["asking_court"], entry["officer_id"], entry["outcome"]) == (EXAMINER, examining.OFFICER, "ANSWERED")


REFUSED: dict[str, tuple[dict[str, Any], Reason]] = {
    "another person": ({"subject": "341021197903159972"}, Reason.BAD_MANDATE),
    "an organisation": ({"subject_kind": "USCC", "subject": "91330824MA28F00000"}, Reason.BAD_MANDATE),
    "another case": ({"case_number": "（2025）浙0824执365号"}, Reason.BAD_MANDATE),
    "another officer": ({"officer": "o-330824-01"}, Reason.BAD_MANDATE),
    "in a member's name": ({"asking": KAIHUA}, Reason.BAD_MANDATE),
    "another purpose": ({"purpose": "WHEREABOUTS"}, Reason.PURPOSE_NOT_AGREED),
    "another section": ({"sections": ("WHEREABOUTS",)}, Reason.SECTION_NOT_AGREED),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_about_anything_else_it_is_refused(applicant: Examined, what: str) -> None:
    changes, reason = REFUSED[what]

    answer = await applicant.answer(applicant.pen.ask(**changes))

    assert (answer.status, answer.code, bytes(answer.data)) == (Status.REFUSED, reason, b"null")
    assert applicant.asked.executed == []


async def test_of_more_sections_the_agreed_one_is_answered(applicant: Examined) -> None:
    answer = await applicant.answer(applicant.pen.ask(sections=("CASES", "WHEREABOUTS")))

    assert (answer.status, answer.code) == (Status.REFUSED, Reason.SECTION_NOT_AGREED)
    assert applicant.asked.executed[0].mandate.sections == ("CASES",)


async def test_nobody_else_asks_an_applicant(applicant: Examined) -> None:
    own = applicant.asked.zone.keys[KAIHUA]
    raw = applicant.pen.ask(sender=KAIHUA, signer=own.signing, asking=KAIHUA, mandate_signer=own.signing)

    assert await applicant.rejection(raw) is Reason.MEMBERSHIP_SUSPENDED
    assert applicant.asked.executed == []


async def test_a_member_tells_the_examiner_nothing(node_pool: Pool, clock: SetClock) -> None:
    member = await examined(node_pool, clock, is_member=True)

    assert await member.rejection(member.pen.ask()) is Reason.UNKNOWN_COURT
    assert await member.asked.counts() == {"access_log": 0, "answers": 0, "refused_envelopes": 1}


async def test_the_examiner_asks_so_often_and_no_more(applicant: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "LOOKS_PER_HOUR", 2)

    answers = [await applicant.answer(applicant.pen.ask()) for _ in range(3)]

    assert [answer.code for answer in answers] == [None, None, Reason.COURT_RATE_LIMITED]


async def test_the_examiner_is_no_court(applicant: Examined) -> None:
    view = applicant.asked.court.directory.current()

    assert not view.is_active(EXAMINER)
    assert not view.is_listed(EXAMINER)
    with pytest.raises(UnknownCourt):
        view.court(EXAMINER)
