"""A court restates its own document: what it reads first, what is sent, and when nothing is."""

import base64
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from api.membership import own_document, trusted
from api.membership.acts import Bench, NotSaid, NoVote, Person
from api.membership.calls import Gateway
from api.membership.facts import Facts
from federation.directory import signed
from federation.directory.document import LiaisonEntry, OfficerEntry
from federation.directory.documents import CourtDocument
from federation.wire import governance_keyfile
from federation.wire.signing import SigningKey
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, Zone

pytestmark = pytest.mark.anyio
PASSPHRASE = "correct horse"


@dataclass
class Sent:
    """The gateway's end of the call."""

    inputs: list[dict[str, Any]] = field(default_factory=list)

    async def one(self, _document: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.inputs.append(variables["input"])
        return {"particulars": {"documentVersion": 2}}


@dataclass
class Desk:
    """A liaison's machine: what was said there, and whether the person says yes."""

    bench: Bench
    sent: Sent = field(default_factory=Sent)
    said: list[str] = field(default_factory=list)
    is_agreed: bool = True

    async def restate(self, facts: Facts) -> int:
        person = Person("en", self.said.append, lambda _: self.is_agreed, lambda: PASSPHRASE)
        gateway = cast("Gateway", self.sent)
        return await own_document.publish(
            gateway, self.bench, person, lambda before: own_document.restated(before, facts)
        )


def facts(zone: Zone, **changes: Any) -> Facts:
    """What the file says when nothing is new."""
    own = msgspec.structs.asdict(zone.court(KAIHUA))
    same = Facts(**{name: own[name] for name in Facts.__struct_fields__})
    return msgspec.structs.replace(same, **changes)


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


def at_desk(zone: Zone, folder: Path, key: SigningKey) -> Desk:
    file = folder / "governance.key"
    governance_keyfile.write(file, KAIHUA, key, PASSPHRASE, cost=2)
    return Desk(Bench(KAIHUA, file, trusted.verified(zone.signed(1), zone.root, ISSUED), ISSUED))


@pytest.fixture
def desk(zone: Zone, tmp_path: Path) -> Desk:
    return at_desk(zone, tmp_path, zone.signer(KAIHUA).governance)


async def test_who_serves_is_read_and_signed_by_the_court(zone: Zone, desk: Desk) -> None:
    new = [
        OfficerEntry(id="o-330824-02", roles=["HANDLER", "CLERK"], valid_until=date(2026, 1, 31)),
        OfficerEntry(id="o-330824-03", roles=["LIAISON_OFFICER"]),
    ]
    liaison = [LiaisonEntry(officer="o-330824-03", hours="Mon-Fri 09:00-17:00")]

    version = await desk.restate(facts(zone, officers=new, liaison=liaison, issuer="https://id.kaihua.example"))

    assert desk.said == [
        "the court's provider: http://127.0.0.1:8409 -> https://id.kaihua.example",
        "  officer o-330824-01: HANDLER -> -",
        "  officer o-330824-02: - -> HANDLER CLERK ..2026-01-31",
        "  officer o-330824-03: - -> LIAISON_OFFICER",
        "liaison: o-330824-01 Mon-Fri 08:30-17:30 -> o-330824-03 Mon-Fri 09:00-17:00",
    ]
    (given,) = desk.sent.inputs
    sent = signed.read(base64.b64decode(given["document"]), CourtDocument)
    key = zone.signer(KAIHUA).governance
    assert sent.signers({(KAIHUA, key.id): key.public}) == {KAIHUA}
    assert (sent.document.version, sent.document.officers, sent.document.liaison) == (2, new, liaison)
    assert sent.document.keys == zone.court(KAIHUA).keys
    assert (given["version"], version) == (1, 2)


async def test_nothing_new_is_not_sent(zone: Zone, desk: Desk) -> None:
    version = await desk.restate(facts(zone))

    assert (version, desk.said, desk.sent.inputs) == (1, [], [])


async def test_what_the_person_does_not_agree_to_is_not_sent(zone: Zone, desk: Desk) -> None:
    desk.is_agreed = False

    with pytest.raises(NotSaid):
        await desk.restate(facts(zone, officers=[], liaison=[]))

    assert desk.sent.inputs == []


async def test_another_courts_key_signs_nothing(zone: Zone, tmp_path: Path) -> None:
    desk = at_desk(zone, tmp_path, zone.signer(CHANGSHAN).governance)

    with pytest.raises(NoVote):
        await desk.restate(facts(zone, officers=[], liaison=[]))

    assert desk.sent.inputs == []
