"""Courts sign a standard (统一标准签署): the gateway collects their signatures, and hands on what was agreed upon.

A signature arrives -> its court's key, an active member's -> the officer is that court's president -> the text is the
one that waits -> it is kept, with its act -> with it enough courts have signed: the text is agreed, and has a position.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from db import framework as framework_tables
from db import published_standards
from db.pool import Conn, snapshot, transaction
from db.published_standards import TABLE
from db.records.framework import FrameworkKind, FrameworkStep
from db.records.standards import StandardRecord, StandardStatus
from enforcement.desk import framework
from enforcement.desk.framework import Hand
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.standards import text_of
from enforcement.rules.framework_refusals import StandardChanged
from enforcement.rules.refusals import Forbidden, NotFound
from enforcement.rules.rights import RIGHTS, Act, Caller, Role
from enforcement.rules.task_refusals import MembershipSuspended
from federation.clear import agreed
from federation.clear.agreed import AgreedText, SignatureBody, Signed
from federation.directory.view import DirectoryView
from federation.rules.quorum import threshold


async def text_to_sign(desk: GatewayDesk, standard_id: UUID) -> bytes:
    """The text that waits for signatures.

    Raises:
        NotFound: there is no such standard, or nothing of it waits.
    """
    async with snapshot(desk.pool) as conn:
        for record in await TABLE.several(conn, [standard_id]):
            if _waits(record):
                return text_of(record)
    raise NotFound


async def texts_after(desk: GatewayDesk, position: int) -> list[AgreedText]:
    """The texts that were agreed after `position`, each with its signatures, in their order."""
    async with snapshot(desk.pool) as conn:
        texts = await published_standards.agreed_after(conn, position, agreed.PAGE)
        signed = await published_standards.signatures(conn, [text.digest for text in texts])
    return [
        AgreedText(position=text.position, content=text.content, statements=list(signed[text.digest].values()))
        for text in texts
        if text.position is not None
    ]


async def sign(desk: GatewayDesk, raw: bytes) -> StandardStatus:
    """Take a court's signature in; AGREED when enough have signed. The same again changes nothing.

    Raises:
        Malformed, WireError: it is none, or not its court's; see `agreed.open_signature`.
        MembershipSuspended: the court is not an active member.
        Forbidden: the officer is not the court's president.
        NotFound: there is no such standard.
        StandardChanged: the text that was signed is not, or no longer, the one that waits.
    """
    signed = agreed.open_signature(desk.directory, raw)
    by = _hand(desk.directory.current(), signed.body, desk.clock.now())
    async with transaction(desk.pool) as conn:
        await framework_tables.lock_name(conn, "standard positions")
        record = framework.found(await TABLE.lock(conn, signed.body.text))
        if await _is_agreed(conn, signed.body):
            return StandardStatus.AGREED
        if not _waits(record) or agreed.digest_of(text_of(record)) != signed.body.digest:
            raise StandardChanged
        return await _add(desk, conn, by, record, signed)


def _waits(record: StandardRecord) -> bool:
    return record.status is StandardStatus.PROPOSED or record.end_on is not None


def _hand(view: DirectoryView, body: SignatureBody, now: datetime) -> Hand:
    """Who signs, if it is an active court's president."""
    if not view.is_active(body.court):
        raise MembershipSuspended
    entry = view.officer(body.court, body.officer)
    roles = frozenset(Role(role) for role in entry.roles if role in set(Role)) if entry else frozenset()
    if not roles & RIGHTS[Act.SIGN_STANDARD]:
        raise Forbidden
    return Hand(Caller(body.officer, body.court, roles), FrameworkKind.STANDARD, now)


async def _is_agreed(conn: Conn, body: SignatureBody) -> bool:
    revision = await published_standards.revision(conn, body.text, body.digest)
    return revision is not None and revision.position is not None


async def _add(desk: GatewayDesk, conn: Conn, by: Hand, record: StandardRecord, signed: Signed) -> StandardStatus:
    digest = signed.body.digest
    if await published_standards.add_signature(conn, digest, by.who.court, signed.statement.raw):
        record = await _keep(conn, by, record, FrameworkStep.SIGNED)
    view = desk.directory.current()
    active = {entry.code for entry in view.courts() if view.is_active(entry.code)}
    courts = (await published_standards.signatures(conn, [digest]))[digest].keys() & active
    if len(courts) < threshold(len(active)):
        return StandardStatus.PROPOSED
    await published_standards.agree(conn, record.id, digest)
    agreed_on = replace(
        record,
        status=StandardStatus.AGREED,
        revision=record.revision + 1,
        to_on=record.end_on or record.to_on,
        end_on=None,
        end_by=None,
    )
    await _keep(conn, by, agreed_on, FrameworkStep.AGREED)
    return StandardStatus.AGREED


async def _keep(conn: Conn, by: Hand, record: StandardRecord, step: FrameworkStep) -> StandardRecord:
    kept = replace(record, version=record.version + 1)
    await TABLE.save(conn, kept)
    await by.note(conn, kept.id, kept.version, step)
    return kept
