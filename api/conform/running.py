"""One run: the kit is put together from what is known of the zone and of the applicant, and made to look.

Invariant: it calls the applicant's stated address only, follows no redirect, keeps no cookie, and ends in time.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import aiohttp
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from api.conform import address, checks
from api.conform.forger import Face, Forger
from api.conform.kit import Examined, Kit
from api.conform.report import Report
from api.conform.table import CHECKS
from db.clock import Clock
from federation.ask import examining
from federation.delivery.post import post_over
from federation.wire.decryption import generate_box
from federation.wire.header import EXAMINER
from federation.wire.keyfile import NodeKeys

LIMIT_S: Final = 100.0
"""Of a whole run; every check has its own limit besides."""
_MANDATE: Final[Mapping[str, Any]] = {
    "officer": examining.OFFICER,
    "case_number": examining.CASE,
    "purpose": examining.PURPOSE,
    "sections": (),
    "subject_kind": examining.SUBJECT_KIND,
    "subject": examining.SUBJECT,
}


@dataclass(frozen=True, slots=True)
class Zone:
    """What a run needs of the directory: its version, and an active member, in whose name nothing may be said."""

    version: int
    member: str


class TooSlow(Exception):
    """The run did not end within its time."""


async def examine(
    examined: Examined,
    zone: Zone,
    examiner: NodeKeys,
    clock: Clock,
    *,
    token: str | None = None,
    tls: ssl.SSLContext | None = None,
) -> Report:
    """The report on `examined`.

    Raises:
        BadAddress: its URL may not be called.
        TooSlow: the run as a whole took too long.
    """
    url = address.check(examined.url)
    loopback = url.startswith("http:")
    connector = aiohttp.TCPConnector(resolver=address.Resolver(loopback=loopback), ssl=tls or True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        kit = Kit(
            examined=examined,
            forger=_forger(examined, zone, examiner, clock),
            member=zone.member,
            clock=clock,
            session=session,
            post=post_over(session),
            token=token,
            tls=tls,
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                return await checks.run(kit, CHECKS)
        except TimeoutError:
            raise TooSlow from None


def _forger(examined: Examined, zone: Zone, examiner: NodeKeys, clock: Clock) -> Forger:
    nobodys = generate_box()

    def recipient(court: str) -> tuple[str, X25519PublicKey]:
        return (examined.box_id, examined.box) if court == examined.court else (nobodys.id, nobodys.public)

    face = Face(EXAMINER, examiner.signing, examiner.box, _MANDATE)
    return Forger(face, examined.court, recipient, clock, zone.version, count(_epoch(clock)))


def _epoch(clock: Clock) -> int:
    """Above that of every run before: each message is the first of its epoch, and none seems to be missing."""
    return int(clock.now().timestamp())
