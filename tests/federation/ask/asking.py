"""An asked court with a real database, and an asking court that can write every wrong ask."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from db.at_rest import AtRest
from db.clock import SetClock
from db.ids import new_id
from db.pool import Conn, Pool
from federation.ask import content, mandate
from federation.ask.admission import admit
from federation.ask.arrival import Admitted, AskedCourt
from federation.ask.content import Answer, Ask
from federation.ask.mandate import Mandate
from federation.ask.status import Status
from federation.directory.directory import Directory
from federation.wire import decryption, encryption, envelope
from federation.wire.header import Header
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN, Zone

PERSON, CASE = "341021197903159972", "（2025）浙0824执365号"
OFFICER = f"o-{DIVISIONS[KAIHUA]}-01"
PART = b'{"count":1}'
COUNTED = ("access_log", "answers", "refused_envelopes")


async def directory_of(zone: Zone, pool: Pool, clock: SetClock, **changes: Any) -> Directory:
    directory = Directory(zone.root, clock)
    async with pool.acquire() as conn:
        await directory.accept(conn, zone.signed(**changes), clock.now())
    return directory


@dataclass(slots=True)
class Asked:
    """歙县 as the asked court; `executed` is what it was made to answer."""

    zone: Zone
    pool: Pool
    clock: SetClock
    court: AskedCourt
    executed: list[Admitted] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(status=Status.ANSWERED, rows=1, data=msgspec.Raw(PART)))

    async def execute(self, admitted: Admitted, conn: Conn) -> Answer:
        self.executed.append(admitted)
        await conn.execute("SELECT 1")
        return self.answer

    async def admit(self, raw: bytes) -> bytes:
        return await admit(self.court, raw, self.execute)

    def opened(self, raw: bytes) -> Answer:
        """The answer as 开化 reads it, its signature verified."""
        arrived = envelope.parse(raw)
        self.court.directory.verify(arrived)
        return content.decode_answer(decryption.decrypt(arrived, self.zone.keys[KAIHUA].box))

    async def counts(self) -> dict[str, int]:
        async with self.pool.acquire() as conn:
            return {table: int(await conn.fetchval(f"SELECT count(*) FROM {table}")) for table in COUNTED}

    async def log(self) -> list[Any]:
        async with self.pool.acquire() as conn:
            return [dict(row) for row in await conn.fetch("SELECT * FROM access_log ORDER BY number")]

    async def refused(self) -> list[Any]:
        async with self.pool.acquire() as conn:
            return [dict(row) for row in await conn.fetch("SELECT * FROM refused_envelopes ORDER BY number")]

    def ask(self, **changes: Any) -> bytes:
        """An ask of 开化 at 歙县. Names of header, mandate and ask fields change those; `signer` forges."""
        keys, now = self.zone.keys[changes.pop("keys_of", KAIHUA)], self.clock.now()
        signer = changes.pop("signer", keys.signing)
        box_id, recipient = self.court.directory.current().box_key(changes.pop("encrypted_to", SHEXIAN))
        of_header = _known(Header, changes)
        plaintext = changes.pop("plaintext", None) or content.encode(self._content(changes))
        header = Header(
            kind="ask",
            id=new_id(now),
            epoch=1,
            sender=KAIHUA,
            to=SHEXIAN,
            issued=now,
            expires=now + timedelta(minutes=5),
            directory=1,
            signing_key=signer.id,
            box_key=box_id,
        )
        header = msgspec.structs.replace(header, **of_header)
        assert not changes, changes
        return encryption.write(header, plaintext, recipient=recipient, signer=signer)

    def _content(self, changes: dict[str, Any]) -> Ask:
        now = self.clock.now()
        forger = changes.pop("mandate_signer", self.zone.keys[KAIHUA].signing)
        ask = Ask(field="stock", contract=1, arguments={}, selection="{ count }", mandate=b"")
        given = _known(Ask, changes)
        ask = msgspec.structs.replace(ask, **given)
        said = Mandate(
            id=new_id(now),
            asking=KAIHUA,
            officer=OFFICER,
            case_number=CASE,
            purpose="PROPERTY_INVESTIGATION",
            sections=("CASES",),
            subject_kind="ID_NUMBER",
            subject=PERSON,
            asked=(SHEXIAN, CHANGSHAN),
            selection_digest=content.selection_digest(ask.field, ask.contract, ask.arguments, ask.selection),
            issued=now,
            expires=changes.pop("mandate_expires", now + timedelta(minutes=5)),
        )
        said = msgspec.structs.replace(said, **_known(Mandate, changes))
        if "mandate" in given:
            return ask
        return msgspec.structs.replace(ask, mandate=mandate.sign(said, directory=1, signer=forger))


def _known(kind: type[msgspec.Struct], changes: dict[str, Any]) -> dict[str, Any]:
    """Takes the changes that are fields of `kind` out of `changes`."""
    taken = {name: changes[name] for name in kind.__struct_fields__ if name in changes}
    for name in taken:
        del changes[name]
    return taken


async def asked_court(zone: Zone, pool: Pool, clock: SetClock, *, officer_limit: int = 200, **changes: Any) -> Asked:
    """歙县, by a directory document with `changes`."""
    keys = zone.keys[SHEXIAN]
    court = AskedCourt(
        code=SHEXIAN,
        pool=pool,
        clock=clock,
        at_rest=AtRest(keys.storage, keys.index),
        directory=await directory_of(zone, pool, clock, **changes),
        signer=keys.signing,
        box=keys.box,
        epoch=1,
        looks_per_hour_officer=officer_limit,
    )
    return Asked(zone, pool, clock, court)
