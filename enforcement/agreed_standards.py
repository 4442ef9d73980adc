"""A court's part in the zone's standards (统一标准): its president signs them, its node takes in what was agreed upon.

The gateway is believed in nothing: what is signed is the text that the officer read, by its digest; what is taken in
was signed, to the byte, by more than two thirds of the active courts, which this node counts by its own directory.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from db import held_standards
from db.clock import civil_date
from db.pool import transaction
from db.records.standards import HeldStandardRecord, SignedStandardRecord, StandardStatus
from enforcement import standard_content
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.framework_refusals import GatewayFaulty, GatewayUnreachable, StandardChanged
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import Forbidden, NotFound, RuleBroken
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import MembershipSuspended
from enforcement.standard_content import NotAStandard, StandardContent
from federation.clear import agreed
from federation.clear.agreed import AgreedText, NotAgreed, SignatureBody
from federation.clear.passing import NoAnswer
from federation.wire.errors import UnknownVersion

_LOG: Final = logging.getLogger(__name__)
_REFUSALS: Final[Mapping[str, type[RuleBroken]]] = MappingProxyType(
    {kind.code: kind for kind in (Forbidden, MembershipSuspended, NotFound, StandardChanged)}
)
"""What the gateway may say of a signature, or of a text that is not there."""


@dataclass(frozen=True, slots=True)
class TextToSign:
    """A text that waits for signatures, as this node read it; `status` is what became of it, once it is signed."""

    content: StandardContent
    digest: str
    status: StandardStatus = StandardStatus.PROPOSED


async def to_sign(court: CourtNode, caller: Caller | None, standard_id: UUID) -> TextToSign:
    """The text of a standard that waits for signatures.

    Raises:
        Forbidden: for who reads the framework's records.
        NotFound: nothing of that id waits.
        GatewayUnreachable, GatewayFaulty: the gateway's text is no standard, or another one.
    """
    rights.check(caller, Act.READ_FRAMEWORK)
    raw = await _fetched(court, standard_id)
    return TextToSign(_content(raw, standard_id), agreed.digest_of(raw))


async def sign(court: CourtNode, caller: Caller | None, standard_id: UUID, digest: str, *, revision: int) -> TextToSign:
    """Sign the text whose digest the officer read, for this court; the same again signs nothing new.

    Raises:
        Forbidden: for the president.
        NotFound, StandardChanged: nothing of that id waits, or another text.
        MembershipSuspended, GatewayUnreachable, GatewayFaulty.
    """
    officer = rights.check(caller, Act.SIGN_STANDARD)
    raw, now = await _fetched(court, standard_id), court.clock.now()
    content = _content(raw, standard_id)
    if agreed.digest_of(raw) != digest or content.revision != revision:
        raise StandardChanged
    body = SignatureBody(
        text=standard_id,
        revision=content.revision,
        digest=digest,
        court=court.code,
        officer=officer.officer_id,
        at=now,
    )
    statement = agreed.sign(body, directory=court.directory.current().version, signer=court.signer)
    try:
        status = StandardStatus(await agreed.post_signature(court.zone, statement))
    except NoAnswer as refused:
        raise _refusal(refused) from None
    except (agreed.Malformed, ValueError):
        raise GatewayFaulty from None
    async with transaction(court.pool) as conn:
        signed = SignedStandardRecord(standard_id, content.revision, digest, officer.officer_id, now, statement)
        await held_standards.note_signed(conn, signed)
    return TextToSign(content, digest, status)


async def _fetched(court: CourtNode, standard_id: UUID) -> bytes:
    try:
        return await agreed.text_to_sign(court.zone, standard_id)
    except NoAnswer as refused:
        raise _refusal(refused) from None
    except agreed.Malformed:
        raise GatewayFaulty from None


def _refusal(refused: NoAnswer) -> RuleBroken:
    return _REFUSALS.get(refused.code or "", GatewayUnreachable)()


def _content(raw: bytes, standard_id: UUID) -> StandardContent:
    try:
        content = standard_content.read(raw)
    except NotAStandard:
        raise GatewayFaulty from None
    if content.id != standard_id:
        raise GatewayFaulty
    return content


async def held(court: CourtNode, caller: Caller | None, matter: DelegatedMatterType | None) -> list[HeldStandardRecord]:
    """The standards that this node holds, in force or to come.

    Raises:
        Forbidden: for who reads this court's tasks, or the framework's records.
    """
    if caller is None or not caller.roles & (rights.RIGHTS[Act.READ_TASK] | rights.RIGHTS[Act.READ_FRAMEWORK]):
        raise Forbidden
    async with court.pool.acquire() as conn:
        return await held_standards.standing(conn, matter, on=civil_date(court.clock.now()))


class Follower:
    """Takes in what the zone's courts agreed upon, again and again.

    It begins with the first text at each start, and goes on behind those that it took in or knows to be none; what it
    cannot judge yet it asks for again. The gateway may withhold a text, and no more.
    """

    def __init__(self, court: CourtNode) -> None:
        self._court = court
        self._after = 0

    async def follow(self) -> None:
        """Take in all that is new; quiet when the gateway cannot be reached."""
        position, is_settled = self._after, True
        try:
            while texts := await agreed.texts_after(self._court.zone, position):
                for text in sorted(texts, key=lambda each: each.position):
                    if text.position <= position:
                        return  # it does not go on
                    is_settled = await self._take(text) and is_settled
                    position = text.position
                    self._after = position if is_settled else self._after
        except NoAnswer:
            return
        except agreed.Malformed:
            _LOG.warning("agreed texts malformed")

    async def _take(self, text: AgreedText) -> bool:
        """Hold the standard; False when it may be judged otherwise later."""
        try:
            content = standard_content.read(text.content)
        except NotAStandard:
            _LOG.warning("agreed text is no standard")
            return True
        court = self._court
        async with court.pool.acquire() as conn:
            if await held_standards.revision(conn, content.id) >= content.revision:
                return True
        try:
            courts = agreed.check(court.directory, text, content.id, content.revision)
        except UnknownVersion:
            await court.fetch()
            return False
        except NotAgreed:
            _LOG.warning("standard not signed by enough courts")
            return False
        async with transaction(court.pool) as conn:
            await held_standards.take(conn, _record(court, content, text, courts))
        return True


def _record(court: CourtNode, content: StandardContent, text: AgreedText, courts: list[str]) -> HeldStandardRecord:
    return HeldStandardRecord(
        id=content.id,
        revision=content.revision,
        matter=content.matter,
        province=content.province,
        papers=[paper.value for paper in content.papers],
        answer_within_days=content.answer_within_days,
        sign_for_working_days=content.sign_for_working_days,
        from_on=content.from_on,
        to_on=content.to_on,
        content=text.content,
        statements=list(text.statements),
        courts=courts,
        accepted_at=court.clock.now(),
    )
