"""Members, applicants and what was done to them, as the gateway shows them."""

from datetime import datetime
from typing import Final, Self

import strawberry

from db.records.membership import ApplicationState, ConformanceFindingRecord, MembershipActRecord
from enforcement.desk.membership import bundles, proposing, reading
from enforcement.desk.membership.reading import ApplicationView, MembershipView, RunView
from enforcement.rules import fingerprint
from federation.directory.document import KeyEntry
from federation.directory.documents import CourtDocument, MemberEntry
from federation.rules.quorum import LAPSES_AFTER
from schema.gateway.context import GatewayInfo, Language
from schema.gateway.membership_enums import (
    CeremonyAct,
    MembershipAct,
    MembershipState,
    RejectionReason,
    SuspensionGround,
)
from schema.gateway.proposal_types import MembershipProposal
from schema.positions import cursor_of
from schema.scalars import CourtCode, SignedDocument

FEED: Final = "membershipChanged"
_ACTS: Final = {act.value for act in MembershipAct}


@strawberry.type(description="A public key of a court. 公钥")
class CourtKey:
    id: str = strawberry.field(description="Its id. 密钥编号")
    use: str = strawberry.field(description="What for: identity, governance, sign or box. 用途")
    state: str = strawberry.field(description="ACTIVE, RETIRED or REVOKED. 状态")
    public: str = strawberry.field(description="The key: 32 bytes in base64url. 公钥")

    @classmethod
    def of(cls, key: KeyEntry) -> Self:
        """A node's key."""
        return cls(id=key.id, use=key.use, state=key.state, public=key.public)


@strawberry.type(description="A court's keys in words, to be compared over the telephone. 密钥指纹")
class KeyFingerprint:
    chinese: str = strawberry.field(description="Ten Chinese words. 中文词语")
    english: str = strawberry.field(description="Ten English words. 英文词语")
    hex: str = strawberry.field(description="The same 80 bits in hexadecimal. 十六进制")


@strawberry.type(description="What a court says of itself: its name, its address, its keys. 法院信息")
class CourtParticulars:
    code: CourtCode = strawberry.field(description="Short code. 法院代字")
    name: str = strawberry.field(description="Name in the language of the request. 名称")
    level: str = strawberry.field(description="Tier, as a code. 层级")
    division: str = strawberry.field(description="GB/T 2260 code of its county. 行政区划代码")
    county: str = strawberry.field(description="Its county, in the language of the request. 区县")
    province: str = strawberry.field(description="Its province. 省份")
    parent: str = strawberry.field(description="Its superior court. 上级法院")
    url: str | None = strawberry.field(description="Address of its node. 节点地址")
    issuer: str = strawberry.field(description="Its OpenID provider. 身份认证地址")
    document_version: int = strawberry.field(description="Version of its own document. 文件版本")
    keys: list[CourtKey] = strawberry.field(description="Its keys. 公钥")
    fingerprint: KeyFingerprint = strawberry.field(description="Identity, governance and signing keys in words. 指纹")

    @classmethod
    def of(cls, member: MemberEntry, court: CourtDocument, language: Language) -> Self:
        """What the court signed."""
        chinese = language == "zh"
        words = bundles.fingerprint_of(member, court)
        own = [
            CourtKey(id=key.id, use=use, state="ACTIVE", public=key.public)
            for use, key in (("identity", member.identity), ("governance", member.governance))
        ]
        return cls(
            code=CourtCode(member.code),
            name=member.name_zh if chinese else member.name_en,
            level=member.level,
            division=member.division,
            county=member.county_zh if chinese else member.county_en,
            province=member.province,
            parent=member.parent,
            url=court.url,
            issuer=court.issuer,
            document_version=court.version,
            keys=[*own, *map(CourtKey.of, court.keys)],
            fingerprint=KeyFingerprint(
                chinese=fingerprint.words(words, "zh"), english=fingerprint.words(words, "en"), hex=words.hex()
            ),
        )


@strawberry.type(description="A check of a conformance run that did not hold. 检测差异")
class ConformanceFinding:
    check: str = strawberry.field(description="Which check, as a code. 检测项")
    expected: str = strawberry.field(description="What was expected, as a code. 预期")
    found: str = strawberry.field(description="What was found, as a code. 实际")
    path: str = strawberry.field(description="Where, as a path; empty when it is nowhere in particular. 路径")

    @classmethod
    def of(cls, record: ConformanceFindingRecord) -> Self:
        """The difference as it was recorded."""
        return cls(check=record.check_code, expected=record.expected, found=record.found, path=record.path)


@strawberry.type(description="A run of the conformance kit against an applicant's node. 一致性检测")
class ConformanceRun:
    started_at: datetime = strawberry.field(description="When it began. 开始时间")
    started_by: str = strawberry.field(description="Id of the admin who began it. 发起人")
    finished_at: datetime | None = strawberry.field(description="When it ended; null while it goes on. 结束时间")
    is_green: bool | None = strawberry.field(description="Whether nothing differed; null while it goes on. 是否通过")
    is_of_this_document: bool = strawberry.field(
        description="Whether the court's document is still the one that was examined. 是否针对现行文件"
    )
    findings: list[ConformanceFinding] = strawberry.field(description="Each difference, at most 200. 差异")

    @classmethod
    def of(cls, view: RunView, document_digest: str) -> Self:
        """The run as it was recorded."""
        run = view.run
        return cls(
            started_at=run.started_at,
            started_by=run.started_by,
            finished_at=run.finished_at,
            is_green=run.is_green,
            is_of_this_document=run.document_digest == document_digest,
            findings=[ConformanceFinding.of(each) for each in view.findings],
        )


@strawberry.type(description="An admin's approval of an application as it stands. 批准")
class ApplicationApproval:
    at: datetime = strawberry.field(description="When. 时间")
    officer_id: str = strawberry.field(description="Id of the admin. 管理员")


@strawberry.type(description="A court's application to become a member. 入会申请")
class MembershipApplication:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    status: MembershipState = strawberry.field(description="Where it stands. 状态")
    applied_at: datetime = strawberry.field(description="When it came. 申请时间")
    changed_at: datetime = strawberry.field(description="When it last changed. 变更时间")
    reason: RejectionReason | None = strawberry.field(description="Why it was rejected. 驳回理由")
    version: int = strawberry.field(description="Give it when you act upon the application. 版本")
    particulars: CourtParticulars = strawberry.field(description="What the court signed, decoded. 申请内容")
    approvals: list[ApplicationApproval] = strawberry.field(description="Of it as it stands; two are needed. 批准")
    conformance_runs: list[ConformanceRun] = strawberry.field(description="Newest first, at most 20. 检测记录")
    application: SignedDocument = strawberry.field(description="What the court signed. 申请文件")
    court_document: SignedDocument = strawberry.field(description="Its own document, signed by it. 法院文件")

    @classmethod
    def of(cls, view: ApplicationView, language: Language) -> Self:
        """The application as it is kept."""
        record = view.application
        document = proposing.applied_with(record)
        is_admitted = record.state is ApplicationState.ADMITTED
        return cls(
            court=CourtCode(record.court),
            status=MembershipState.ACTIVE if is_admitted else MembershipState(record.state),
            applied_at=record.applied_at,
            changed_at=record.changed_at,
            reason=None if record.reason is None else RejectionReason(record.reason),
            version=record.version,
            particulars=CourtParticulars.of(document.member, document.court, language),
            approvals=[ApplicationApproval(at=each.at, officer_id=each.officer_id) for each in view.approvals],
            conformance_runs=[ConformanceRun.of(each, record.document_digest) for each in view.runs],
            application=SignedDocument(record.application),
            court_document=SignedDocument(record.court_document),
        )


@strawberry.type(description="Something done to a membership or to a proposal about it. 成员资格记录")
class MembershipEvent:
    at: datetime = strawberry.field(description="When. 时间")
    court: str = strawberry.field(description="Whose membership; zone for what concerns all courts. 法院")
    act: MembershipAct | None = strawberry.field(description="What was done to the membership. 行为")
    ceremony: CeremonyAct | None = strawberry.field(description="What was done to a proposal, if that. 提案行为")
    by_court: str = strawberry.field(description="Whose officer did it; gateway for the gateway and applicants. 行为方")
    officer_id: str | None = strawberry.field(
        description="Id of the officer; null for a program, a key alone, or the courts together. 人员"
    )
    before: MembershipState | None = strawberry.field(name="from", description="The state before. 原状态")
    after: MembershipState | None = strawberry.field(name="to", description="The state after. 新状态")
    code: str | None = strawberry.field(description="Its ground, reason or kind, as a code. 代码")
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this. 续传游标")

    @classmethod
    def of(cls, record: MembershipActRecord) -> Self:
        """The line of the history."""
        is_act = record.act in _ACTS
        return cls(
            at=record.at,
            court=record.court,
            act=MembershipAct(record.act) if is_act else None,
            ceremony=None if is_act else CeremonyAct(record.act),
            by_court=record.by_court,
            officer_id=record.officer_id,
            before=None if record.from_state is None else MembershipState(record.from_state),
            after=None if record.to_state is None else MembershipState(record.to_state),
            code=record.code,
            cursor=cursor_of(FEED, record.position),
        )


@strawberry.type(description="A suspension by the gateway alone. 网关暂停")
class GatewaySuspension:
    at: datetime = strawberry.field(description="Since when. 起始时间")
    lapses_at: datetime = strawberry.field(description="When it lapses, unless the courts confirm it. 失效时间")
    ground: SuspensionGround = strawberry.field(description="Why. 事由")


@strawberry.type(description="A delegated task that a court still has to finish. 未办结事项")
class OpenTask:
    track_id: strawberry.ID = strawberry.field(description="Number of the task. 事项编号")
    delegating_court: CourtCode = strawberry.field(description="Who delegated it. 委托法院")
    entrusted_court: CourtCode = strawberry.field(description="Who carries it out. 受托法院")
    status: str = strawberry.field(description="Where it stands, as a code. 状态")
    holder: str | None = strawberry.field(description="Which court acts next. 应办法院")


@strawberry.type(description="A court's part in the zone: a member's, or an applicant's. 成员资格")
class Membership:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    status: MembershipState = strawberry.field(description="Where it stands now. 状态")
    version: int = strawberry.field(description="Give it when you act upon the membership. 版本")
    since: datetime | None = strawberry.field(description="From when the decided state holds. 生效时间")
    lost_at: datetime | None = strawberry.field(description="When the courts declared it lost. 宣告失联时间")
    suspension: GatewaySuspension | None = strawberry.field(description="The gateway's own, if it holds. 网关暂停")
    particulars: CourtParticulars = strawberry.field(description="What the court says of itself. 法院信息")

    @classmethod
    def of(cls, view: MembershipView, language: Language) -> Self:
        """The membership as the directory, or the application, says it."""
        entry = view.suspension
        is_member = view.state not in _APPLYING
        return cls(
            court=CourtCode(view.court),
            status=view.state,
            version=view.version,
            since=view.member.effective_at if is_member else None,
            lost_at=view.member.lost_at,
            suspension=None
            if entry is None
            else GatewaySuspension(
                at=entry.at, lapses_at=entry.at + LAPSES_AFTER, ground=SuspensionGround(entry.ground)
            ),
            particulars=CourtParticulars.of(view.member, view.document, language),
        )

    @strawberry.field(description="What was done to it, newest first, at most 1000. 历史记录")
    async def history(self, info: GatewayInfo) -> list[MembershipEvent]:
        context = info.context
        found = await reading.history(context.office, context.caller, self.court)
        return [MembershipEvent.of(each) for each in found]

    @strawberry.field(
        description="What it still has to finish, oldest first, at most 500; for admins and itself. 未办结事项"
    )
    async def open_tasks(self, info: GatewayInfo) -> list[OpenTask]:
        context = info.context
        found = await reading.open_tasks(context.office, context.caller, self.court)
        return [
            OpenTask(
                track_id=strawberry.ID(str(each.id)),
                delegating_court=CourtCode(each.delegating_court),
                entrusted_court=CourtCode(each.entrusted_court),
                status=each.status,
                holder=each.holder,
            )
            for each in found
        ]

    @strawberry.field(
        description="Proposals about it, newest first, at most 200; for admins, auditors and courts' heads. 提案"
    )
    async def proposals(self, info: GatewayInfo) -> list[MembershipProposal]:
        context = info.context
        found = await reading.proposals_about(context.office, context.caller, self.court)
        return [MembershipProposal.of(each) for each in found]


_APPLYING: Final = frozenset(
    {
        MembershipState.APPLIED,
        MembershipState.PENDING_CONFORMANCE,
        MembershipState.APPROVED,
        MembershipState.REJECTED,
    }
)
