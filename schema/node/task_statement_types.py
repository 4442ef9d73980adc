"""What the two courts of a task said beside its log, and how far each statement came."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from db.records.tasks import StatementRecord
from enforcement.tasks.reading import StatementView
from enforcement.tasks.statement_contents import CallRecordPayload, FoundPayload, NotePayload, SilencePayload
from schema.federated import Personal
from schema.node.task_enums import CommunicationChannel, StatementKind, TaskTerm
from schema.node.task_event_types import FedBackFinding, fed_back_finding
from schema.node.task_overlay_types import (
    TaskComplaint,
    TaskComplaintReply,
    TaskEvaluation,
    TaskObjection,
    TaskObjectionDecision,
    overlay_parts,
)
from schema.scalars import CourtCode
from schema.task_enums import DeliveryState


@strawberry.type(description="A note of one handler to the other. 留言", directives=[Personal()])
class TaskNote:
    officer: str = strawberry.field(description="Id of who wrote it. 留言人")
    text: str = strawberry.field(description="In words; empty for offices that read no identities. 内容")


@strawberry.type(description="That the two courts spoke. 通话记录", directives=[Personal()])
class TaskCall:
    officer: str = strawberry.field(description="Id of who wrote it down. 记录人")
    at: datetime = strawberry.field(description="When they spoke. 通话时间")
    channel: CommunicationChannel = strawberry.field(description="How. 方式")
    counterpart: str = strawberry.field(description="With whom; empty for offices that read no identities. 对方人员")
    text: str = strawberry.field(description="What was said; empty likewise. 内容")


@strawberry.type(description="A message of the court that waits, and the receipt it holds. 送达证明")
class SilenceProof:
    message: UUID = strawberry.field(description="Number of the message. 消息编号")
    event: str = strawberry.field(description="What it was about: an event, or what the zone was told of it. 内容")
    seq: int = strawberry.field(description="Number of the log's newest event then. 序号")
    state: DeliveryState = strawberry.field(description="How far it came. 投递状态")
    at: datetime | None = strawberry.field(description="When the other court's answer came. 回执时间")
    digest: str | None = strawberry.field(description="SHA-256 of the message, hex; the receipt names it. 消息摘要")
    receipt: str | None = strawberry.field(description="SHA-256 of the signed receipt, hex. 回执摘要")


@strawberry.type(description="That a term passed and nothing came. 逾期未办证明", directives=[Personal()])
class SilenceEvidence:
    term: TaskTerm = strawberry.field(description="What had to be done. 期限事项")
    due_on: date = strawberry.field(description="Its last day. 截止日")
    missed_at: datetime = strawberry.field(description="From when on it was missed. 逾期时间")
    head_seq: int = strawberry.field(description="Number of the log's newest event then. 日志序号")
    head: str = strawberry.field(description="SHA-256 of that event, hex: equal at both courts. 日志摘要")
    messages: list[SilenceProof] = strawberry.field(description="What was sent, the newest first, at most 20. 送达情况")


@strawberry.type(
    description="Something that one of the two courts said beside the log, signed. 附记", directives=[Personal()]
)
class TaskStatement:
    id: UUID = strawberry.field(description="The same at both courts. 编号")
    kind: StatementKind = strawberry.field(description="What kind of thing. 种类")
    author: CourtCode = strawberry.field(description="Whose court signed it. 签署法院")
    at: datetime = strawberry.field(description="When it was signed. 时间")
    refers: UUID | None = strawberry.field(description="The earlier statement that it answers. 所答附记")
    received_at: datetime | None = strawberry.field(description="Of the other court: when it came here. 收到时间")
    delivered_at: datetime | None = strawberry.field(
        description="Of this court: when the other one's signed receipt came. 送达时间"
    )
    refused_code: str | None = strawberry.field(
        description="Of this court: why the other one's node refused it, as a code. 拒收代码"
    )
    read_at: datetime | None = strawberry.field(description="When the court that it was said to read it. 已读时间")
    digest: str = strawberry.field(description="SHA-256 of the signed bytes, hex: equal at both courts. 摘要")
    note: TaskNote | None = strawberry.field(description="Of NOTE. 留言")
    call: TaskCall | None = strawberry.field(description="Of CALL_RECORD. 通话记录")
    silence: SilenceEvidence | None = strawberry.field(description="Of SILENCE. 逾期未办证明")
    findings: list[FedBackFinding] = strawberry.field(
        default_factory=list, description="Of FOUND: what was found; its feedback repeats it. 发现财产"
    )
    evaluation: TaskEvaluation | None = strawberry.field(default=None, description="Of EVALUATED. 评价")
    complaint: TaskComplaint | None = strawberry.field(default=None, description="Of COMPLAINED. 投诉")
    complaint_reply: TaskComplaintReply | None = strawberry.field(
        default=None, description="Of COMPLAINT_ANSWERED and COMPLAINT_CLOSED. 投诉答复"
    )
    objection: TaskObjection | None = strawberry.field(default=None, description="Of OBJECTION. 异议")
    objection_decision: TaskObjectionDecision | None = strawberry.field(
        default=None, description="Of OBJECTION_DECIDED. 异议裁定"
    )


def task_statement(view: StatementView) -> TaskStatement:
    """The statement with its payload; `view` is masked already."""
    said, payload = view.said, view.payload
    return TaskStatement(
        id=said.id,
        kind=StatementKind(said.kind),
        author=CourtCode(said.author),
        at=said.at,
        refers=said.refers,
        received_at=said.received_at,
        delivered_at=said.delivered_at,
        refused_code=said.refused_code,
        read_at=said.read_at,
        digest=said.digest,
        note=TaskNote(officer=payload.officer, text=payload.text) if isinstance(payload, NotePayload) else None,
        findings=[fed_back_finding(found) for found in payload.findings] if isinstance(payload, FoundPayload) else [],
        call=_call(payload) if isinstance(payload, CallRecordPayload) else None,
        silence=_silence(view.said, payload) if isinstance(payload, SilencePayload) else None,
        **overlay_parts(payload),
    )


def _call(payload: CallRecordPayload) -> TaskCall:
    return TaskCall(
        officer=payload.officer,
        at=payload.at,
        channel=CommunicationChannel(payload.channel),
        counterpart=payload.counterpart,
        text=payload.text,
    )


def _silence(said: StatementRecord, payload: SilencePayload) -> SilenceEvidence:
    return SilenceEvidence(
        term=TaskTerm(payload.term),
        due_on=payload.due_on,
        missed_at=payload.missed_at,
        head_seq=said.head_seq,
        head=said.head_digest,
        messages=[
            SilenceProof(
                message=proof.message,
                event=proof.event,
                seq=proof.seq,
                state=DeliveryState(proof.state),
                at=proof.at,
                digest=proof.digest,
                receipt=proof.receipt,
            )
            for proof in payload.messages
        ],
    )
