"""Eight courts with all their keys, an applicant, and a shelf that publishes at once what is signed well enough."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from db.clock import Clock
from db.pool import Conn, Pool
from db.records.membership import ApplicationRecord, ProposalRecord, ProposalState
from enforcement.desk.membership import applying, conformance, examining, proposing, signing
from enforcement.desk.membership.drafts import Draft
from enforcement.desk.membership.office import MembershipOffice
from enforcement.desk.membership.proposing import Wish
from enforcement.desk.membership.signing import Vote
from enforcement.desk.membership.standing import Standing
from enforcement.rules.lookup import LookupPurpose, ProfileSection
from enforcement.rules.membership import ProposalKind
from enforcement.rules.rights import Caller, Role
from federation.directory import signed
from federation.directory.document import KeyEntry, LiaisonEntry, OfficerEntry, ZoneEntry
from federation.directory.documents import (
    GATEWAY_DOCUMENT,
    MEMBERS,
    ROOT,
    AgreementDocument,
    ApplicationDocument,
    CourtDocument,
    GatewayDocument,
    MemberEntry,
    MembersDocument,
    PublicKeyEntry,
    RootDocument,
    VoterEntry,
    agreement_name,
)
from federation.directory.signed import Signature
from federation.rules.quorum import threshold
from federation.wire import framing
from federation.wire.decryption import BoxKey, generate_box
from federation.wire.signing import SigningKey, generate_signing, public_text
from tests.conftest import REFERENCE

EIGHT = ("浙0824", "浙0822", "浙0127", "赣1181", "赣1130", "赣1123", "皖1022", "皖1021")
NINTH = "浙0881"
ADMINS = tuple(Caller(f"g-admin-0{n}", "gateway", frozenset({Role.GATEWAY_ADMIN})) for n in (1, 2))
ROOT_DIGEST = "d" * 64


def head(court: str, role: Role = Role.LIAISON_OFFICER) -> Caller:
    return Caller(f"o-{court[1:]}-09", court, frozenset({role}))


@dataclass(frozen=True, slots=True)
class CourtKeys:
    """Everything that a court keeps."""

    identity: SigningKey = field(default_factory=generate_signing)
    governance: SigningKey = field(default_factory=generate_signing)
    signing: SigningKey = field(default_factory=generate_signing)
    box: BoxKey = field(default_factory=generate_box)


def public(key: SigningKey) -> PublicKeyEntry:
    return PublicKeyEntry(id=key.id, public=public_text(key.public))


def member(code: str, keys: CourtKeys, **changes: Any) -> MemberEntry:
    entry = MemberEntry(
        code=code,
        division="330881",
        name_zh="某某市人民法院",
        name_en="A City People's Court",
        level="GRASSROOTS",
        county_zh="某某市",
        county_en="A City",
        province="浙江",
        parent="浙08",
        state="ACTIVE",
        since=date(2024, 9, 2),
        effective_at=datetime.fromisoformat("2024-09-02T00:00:00+00:00"),
        identity=public(keys.identity),
        governance=public(keys.governance),
    )
    return msgspec.structs.replace(entry, **changes)


def court_document(code: str, held: CourtKeys, **changes: Any) -> CourtDocument:
    document = CourtDocument(
        version=1,
        court=code,
        url=f"https://node-{code[1:]}.example",
        issuer=f"https://id-{code[1:]}.example",
        keys=[
            KeyEntry(id=held.signing.id, use="sign", public=public_text(held.signing.public)),
            KeyEntry(id=held.box.id, use="box", public=public_text(held.box.private.public_key())),
        ],
        officers=[OfficerEntry(id=f"o-{code[1:]}-09", roles=["LIAISON_OFFICER"])],
        liaison=[LiaisonEntry(officer=f"o-{code[1:]}-09", hours="08:30-17:30")],
        contracts=[1],
        wire=[1],
    )
    return msgspec.structs.replace(document, **changes)


def agreement(asking: str | None = None, asked: str | None = None, **changes: Any) -> AgreementDocument:
    document = AgreementDocument(
        version=1,
        asking=asking,
        asked=asked,
        sections=[section.value for section in ProfileSection],
        purposes=[purpose.value for purpose in LookupPurpose],
        matters=["INVESTIGATE_ASSETS", "SEIZE_VEHICLE"],
        looks_per_hour=100,
        valid_from=date(2025, 1, 1),
        valid_until=date(2026, 12, 31),
    )
    return msgspec.structs.replace(document, **changes)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an applicant sends."""

    application: bytes
    court: bytes


class MembershipZone:
    """The courts' keys and the shelf of their documents."""

    def __init__(self, courts: Sequence[str] = EIGHT) -> None:
        self.keys = {code: CourtKeys() for code in (*courts, NINTH)}
        self.gateway = generate_signing()
        self.published: list[Sequence[bytes]] = []
        members = [member(code, self.keys[code]) for code in courts]
        self.standing = Standing(
            roots=frozenset({ROOT_DIGEST}),
            root=RootDocument(
                version=1,
                expires_at=REFERENCE + timedelta(days=365),
                zone=ZoneEntry(code="365", name_zh="某某协作区", name_en="A Zone"),
                gateway_keys=[KeyEntry(id=self.gateway.id, use="sign", public=public_text(self.gateway.public))],
                voters=[VoterEntry(court=entry.code, key=entry.governance) for entry in members],
                threshold=threshold(len(members)),
            ),
            members=MembersDocument(version=1, expires_at=REFERENCE + timedelta(days=365), members=members),
            gateway=GatewayDocument(
                version=1,
                url="https://gateway.example",
                issuer="https://id-gateway.example",
                admins=[OfficerEntry(id=admin.officer_id, roles=["GATEWAY_ADMIN"]) for admin in ADMINS],
                suspensions=[],
                examiner=[],
            ),
            courts={code: court_document(code, self.keys[code]) for code in courts},
            agreements={"agreement/zone": agreement()},
            framework_body=msgspec.json.encode(agreement()),
        )

    def office(self, pool: Pool, clock: Clock) -> MembershipOffice:
        return MembershipOffice(pool, clock, self._standing, self._submit, self.gateway)

    async def _standing(self, _conn: Conn) -> Standing:
        return self.standing

    async def _submit(self, conn: Conn, documents: Sequence[bytes], now: datetime) -> None:
        """What a directory does with them: signatures are counted by the keys that stood before, and by the next."""
        before, changed = self.standing, self.standing
        for raw in documents:
            changed = self._placed(changed, raw)
        for raw in documents:
            self._check(before, changed, raw)
        self.standing = changed
        self.published.append(documents)

    @staticmethod
    def _placed(standing: Standing, raw: bytes) -> Standing:
        match read(raw).document:
            case RootDocument() as root:
                return replace(standing, root=root)
            case MembersDocument() as members:
                return replace(standing, members=members)
            case GatewayDocument() as gateway:
                return replace(standing, gateway=gateway)
            case CourtDocument() as court:
                return replace(standing, courts={**standing.courts, court.court: court})
            case AgreementDocument() as agreed:
                name = agreement_name(agreed.asking, agreed.asked)
                changed = replace(standing, agreements={**standing.agreements, name: agreed})
                return changed if agreed.asking else replace(changed, framework_body=read(raw).body)
        raise AssertionError("no document of the directory")

    def _check(self, before: Standing, after: Standing, raw: bytes) -> None:
        found = read(raw)
        match found.document:
            case RootDocument() | MembersDocument():
                assert self._votes(found, before.root) >= before.root.threshold
                assert self._votes(found, after.root) >= after.root.threshold
            case GatewayDocument():
                assert found.signers({("gateway", self.gateway.id): self.gateway.public})
            case CourtDocument() as court:
                assert found.signers(self._governance(court.court)) == {court.court}
            case AgreementDocument(asking=None):
                assert self._votes(found, before.root) >= before.root.threshold
                assert self._votes(found, after.root) >= after.root.threshold
            case AgreementDocument() as agreed:
                pair = {agreed.asking or "", agreed.asked or ""}
                assert found.signers(self._governance(*pair)) == pair

    def _votes(self, found: signed.Signed[Any], root: RootDocument) -> int:
        return len(found.signers(self._governance(*(voter.court for voter in root.voters))))

    def _governance(self, *courts: str) -> dict[tuple[str, str], Any]:
        return {(code, (key := self.keys[code].governance).id): key.public for code in courts}

    # what an applicant and the courts do

    def application(self, code: str = NINTH, **changes: Any) -> Bundle:
        """A bundle as `xiezhi join` sends it; `changes` names parts that differ, or `signers` and `court_signer`."""
        keys = self.keys[code]
        signers = changes.pop("signers", (keys.identity, keys.governance, keys.signing))
        court_signer = changes.pop("court_signer", keys.governance)
        court = changes.pop("court", court_document(code, keys))
        document = ApplicationDocument(
            root=ROOT_DIGEST, made_at=REFERENCE, member=member(code, keys), court=changes.pop("embedded", court)
        )
        document = msgspec.structs.replace(document, **changes)
        return Bundle(
            signed.write(document, [(code, key) for key in signers]), signed.write(court, [(code, court_signer)])
        )

    def signatures(self, court: str, documents: Sequence[Draft], key: SigningKey | None = None) -> dict[str, Signature]:
        """The court's signatures by its governance key, or another key."""
        signer = key or self.keys[court].governance
        return {each.name: signed.signature(each.document, each.body, court, signer) for each in documents}

    def agreed(self, document: AgreementDocument, by: str) -> bytes:
        return signed.write(document, [(by, self.keys[by].governance)])


def read(raw: bytes) -> signed.Signed[Any]:
    """A document of whatever kind."""
    body = framing.split(raw, 2)[0]
    form = msgspec.json.decode(body)["format"]
    kinds = {
        ROOT: RootDocument,
        MEMBERS: MembersDocument,
        GATEWAY_DOCUMENT: GatewayDocument,
        "court": CourtDocument,
        "agreement": AgreementDocument,
    }
    return signed.read(raw, kinds[form.split("/")[1]])


async def drafts_of(office: MembershipOffice, proposal: ProposalRecord) -> tuple[Draft, ...]:
    """The documents as the gateway stores them."""
    async with office.act() as sitting:
        return (await signing.read(sitting, proposal.id)).drafts


async def sign_by(
    zone: MembershipZone, office: MembershipOffice, proposal: ProposalRecord, courts: Sequence[str]
) -> ProposalRecord:
    """These courts sign, one after the other; the proposal after the last one."""
    documents = await drafts_of(office, proposal)
    for court in courts:
        vote = Vote(proposal.id, proposal.version, court, zone.signatures(court, documents))
        proposal = await signing.sign(office, head(court), vote)
    return proposal


async def examined(zone: MembershipZone, office: MembershipOffice, code: str = NINTH) -> ApplicationRecord:
    """The ninth court's application with a green run."""
    bundle = zone.application(code)
    made = await applying.apply(office, bundle.application, bundle.court)
    made, _ = await examining.start_run(office, ADMINS[0], code, made.version)
    async with office.act() as sitting:
        await conformance.record_run(sitting.conn, code, conformance.Report([]), sitting.now)
    return made


async def approved(zone: MembershipZone, office: MembershipOffice, code: str = NINTH) -> ApplicationRecord:
    """The same, approved by both admins."""
    made = await examined(zone, office, code)
    for admin in ADMINS:
        made = await examining.approve(office, admin, code, made.version)
    return made


async def decided(zone: MembershipZone, office: MembershipOffice, kind: ProposalKind, court: str) -> ProposalRecord:
    """What is proposed, and signed by as many of the other courts as it takes."""
    wish = Wish(kind, court, office.clock.now())
    made = await proposing.propose(office, ADMINS[0], wish, zone.standing.version)
    for signer in EIGHT[1:]:
        if made.state is ProposalState.OPEN:
            made = await sign_by(zone, office, made, [signer])
    assert made.state is ProposalState.PUBLISHED
    return made


async def admitted(zone: MembershipZone, office: MembershipOffice) -> ProposalRecord:
    """The ninth court a member: signed by seven of the eight, then by itself if that is needed."""
    application = await approved(zone, office)
    wish = Wish(ProposalKind.ADMIT, NINTH, office.clock.now())
    made = await proposing.propose(office, ADMINS[0], wish, application.version)
    for court in (*EIGHT[:7], NINTH):
        if made.state is ProposalState.OPEN:
            made = await sign_by(zone, office, made, [court])
    return made


def text(raw: bytes) -> str:
    """As it stands in GraphQL's inputs."""
    return base64.b64encode(raw).decode()
