"""What evaluations, complaints and objections say, and what officers send to make them."""

from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from enforcement.payloads import AssetRef, Payload
from enforcement.rules import asset_identity
from enforcement.rules import objection as rules
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.refusals import Malformed
from enforcement.tasks.complaining import NewComplaint
from enforcement.tasks.evaluating import NewEvaluation
from enforcement.tasks.objecting import NewDecision, NewObjection
from enforcement.tasks.statement_contents import (
    ComplaintAnswerPayload,
    ComplaintClosedPayload,
    ComplaintPayload,
    EvaluationPayload,
    ObjectionDecisionPayload,
    ObjectionPayload,
)
from schema.domain_enums import AssetKind
from schema.federated import Personal
from schema.node.asset_types import AssetIdentityPart, identity_parts
from schema.node.task_enums import ObjectionKind, ObjectionOutcome
from schema.scalars import CourtCode
from schema.task_enums import TaskComplaintGround

_OFFICER = "Id of who signed it. 经办人"
_KEY = "Any text; the same again says nothing new. 幂等键"
_TASK = "The task. 编号"


@strawberry.type(description="What the delegating court thinks of the handling. 评价", directives=[Personal()])
class TaskEvaluation:
    score: int = strawberry.field(description="From 1 to 5, the best. 评分")
    officer: str = strawberry.field(description=_OFFICER)
    text: str = strawberry.field(description="In words; empty for offices that read no identities. 说明")


@strawberry.type(description="What the delegating court complains of. 投诉", directives=[Personal()])
class TaskComplaint:
    ground: TaskComplaintGround = strawberry.field(description="On which ground; the zone is told it. 投诉事由")
    answer_by: date = strawberry.field(description="By which day the entrusted court answers. 答复期限")
    officer: str = strawberry.field(description=_OFFICER)
    reason: str = strawberry.field(description="In words; empty for offices that read no identities. 理由")


@strawberry.type(
    description="What is said to a complaint: the answer, or that it is closed. 投诉答复", directives=[Personal()]
)
class TaskComplaintReply:
    officer: str = strawberry.field(description=_OFFICER)
    text: str = strawberry.field(description="In words; empty for offices that read no identities. 说明")


@strawberry.type(description="Somebody objects to an act in the matter. 异议", directives=[Personal()])
class TaskObjection:
    kind: ObjectionKind = strawberry.field(description="Of which kind. 种类")
    filed_on: date = strawberry.field(description="When it was filed. 提出日期")
    due_on: date = strawberry.field(description="The last day to decide. 审查期限")
    decided_by: CourtCode = strawberry.field(description="The court whose act it is, which decides. 审查法院")
    officer: str = strawberry.field(description=_OFFICER)
    asset_kind: AssetKind | None = strawberry.field(description="Of the thing that it is about. 财产种类")
    asset_identity: list[AssetIdentityPart] = strawberry.field(description="What names it in its registry. 财产标识")
    measure_id: UUID | None = strawberry.field(description="The measure, at the court that ordered it. 措施")
    objector: str = strawberry.field(description="Who objects; empty for offices that read no identities. 异议人")
    reason: str = strawberry.field(description="Why; empty likewise. 理由")


@strawberry.type(description="How an objection ended, or what came after. 异议裁定", directives=[Personal()])
class TaskObjectionDecision:
    outcome: ObjectionOutcome = strawberry.field(description="How. 结果")
    decided_on: date = strawberry.field(description="When. 裁定日期")
    served_on: date | None = strawberry.field(description="When it was served on who objected. 送达日期")
    officer: str = strawberry.field(description=_OFFICER)
    ruling_no: str = strawberry.field(description="Of the ruling or judgment; empty likewise. 文书号")
    text: str = strawberry.field(description="In words; empty for offices that read no identities. 说明")


def overlay_parts(payload: Payload) -> dict[str, Any]:
    """What the payload is, by the name of the field of a statement that shows it; nothing for other kinds."""
    match payload:
        case EvaluationPayload():
            return {"evaluation": TaskEvaluation(score=payload.score, officer=payload.officer, text=payload.text)}
        case ComplaintPayload():
            return {"complaint": _complaint(payload)}
        case ComplaintAnswerPayload() | ComplaintClosedPayload():
            return {"complaint_reply": TaskComplaintReply(officer=payload.officer, text=payload.text)}
        case ObjectionPayload():
            return {"objection": _objection(payload)}
        case ObjectionDecisionPayload():
            return {"objection_decision": _decision(payload)}
    return {}


def _complaint(said: ComplaintPayload) -> TaskComplaint:
    return TaskComplaint(
        ground=ComplaintGround(said.ground), answer_by=said.answer_by, officer=said.officer, reason=said.text
    )


def _objection(said: ObjectionPayload) -> TaskObjection:
    kind = ObjectionKind(said.kind)
    return TaskObjection(
        kind=kind,
        filed_on=said.filed_on,
        due_on=rules.due_on(said.filed_on),
        decided_by=CourtCode(said.decides),
        officer=said.officer,
        asset_kind=None if said.asset is None else AssetKind(said.asset.kind),
        asset_identity=[] if said.asset is None else identity_parts(said.asset.identity),
        measure_id=said.measure_id,
        objector=said.objector,
        reason=said.text,
    )


def _decision(said: ObjectionDecisionPayload) -> TaskObjectionDecision:
    return TaskObjectionDecision(
        outcome=ObjectionOutcome(said.outcome),
        decided_on=said.decided_on,
        served_on=said.served_on,
        officer=said.officer,
        ruling_no=said.ruling_no,
        text=said.text,
    )


@strawberry.input(description="An evaluation of a completed task. 评价请求")
class EvaluateDelegatedTaskInput:
    id: UUID = strawberry.field(description=_TASK)
    score: int = strawberry.field(description="From 1 to 5, the best. 评分")
    text: str = strawberry.field(default="", description="In words; travels encrypted. 说明")
    idempotency_key: str = strawberry.field(description=_KEY)

    def parsed(self) -> NewEvaluation:
        return NewEvaluation(self.score, self.text)


@strawberry.input(description="A complaint about a task. 投诉请求")
class ComplainDelegatedTaskInput:
    id: UUID = strawberry.field(description=_TASK)
    ground: TaskComplaintGround = strawberry.field(
        description="On which ground; it must be true now. The superior court of the entrusted one reads it. 投诉事由"
    )
    reason: str = strawberry.field(description="Concretely; travels encrypted to the entrusted court. 理由")
    idempotency_key: str = strawberry.field(description=_KEY)

    def parsed(self) -> NewComplaint:
        return NewComplaint(self.ground, self.reason)


@strawberry.input(description="The answer to a complaint. 投诉答复请求")
class AnswerComplaintInput:
    id: UUID = strawberry.field(description=_TASK)
    complaint_id: UUID = strawberry.field(description="The complaint: the id of its statement. 投诉编号")
    text: str = strawberry.field(description="In words; travels encrypted. 答复")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A complaint that is closed. 结束投诉请求")
class CloseComplaintInput:
    id: UUID = strawberry.field(description=_TASK)
    complaint_id: UUID = strawberry.field(description="The complaint: the id of its statement. 投诉编号")
    text: str = strawberry.field(default="", description="In words; travels encrypted. 说明")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="One part of what names a thing in its registry. 财产标识")
class ObjectionAssetPartInput:
    part: str = strawberry.field(description="Such as `plate`, `vin` or `unit`. 名称")
    value: str = strawberry.field(description="As the registry has it. 值")


@strawberry.input(description="The thing that an objection is about. 异议标的物")
class ObjectionAssetInput:
    kind: AssetKind = strawberry.field(description="Its kind. 种类")
    identity: list[ObjectionAssetPartInput] = strawberry.field(description="What names it. 标识")
    division: str = strawberry.field(description="Code of the county where it lies. 所在区划")

    def parsed(self) -> AssetRef:
        """Raises Malformed: it is not what its registry calls it by."""
        named = {each.part: each.value for each in self.identity}
        identity = asset_identity.canonical(named)
        if not identity or len(identity) != len(self.identity):
            raise Malformed("IDENTITY", "asset")
        return AssetRef(kind=self.kind.value, identity=identity, division=self.division)


@strawberry.input(description="An objection that this court received. 转交异议请求")
class ForwardObjectionInput:
    id: UUID = strawberry.field(description=_TASK)
    kind: ObjectionKind = strawberry.field(description="Of which kind. 种类")
    filed_on: date = strawberry.field(description="When it was filed here. 提出日期")
    decided_by: CourtCode = strawberry.field(
        description="Which of the task's courts decides: the one whose act it is. 审查法院"
    )
    objector: str = strawberry.field(description="Who objects; travels encrypted. 异议人")
    reason: str = strawberry.field(description="Why; travels encrypted. 理由")
    asset: ObjectionAssetInput | None = strawberry.field(
        default=None, description="The thing, if it is not the one that the task names. 标的物"
    )
    measure_id: UUID | None = strawberry.field(
        default=None, description="The measure, by its id at the court that ordered it. 措施"
    )
    idempotency_key: str = strawberry.field(description=_KEY)

    def parsed(self) -> NewObjection:
        return NewObjection(
            kind=self.kind,
            filed_on=self.filed_on,
            decides=self.decided_by,
            objector=self.objector,
            reason=self.reason,
            asset=None if self.asset is None else self.asset.parsed(),
            measure_id=self.measure_id,
        )


@strawberry.input(description="How an objection ended. 异议裁定请求")
class DecideObjectionInput:
    id: UUID = strawberry.field(description=_TASK)
    objection_id: UUID = strawberry.field(description="The objection: the id of its statement. 异议编号")
    outcome: ObjectionOutcome = strawberry.field(description="How. 结果")
    decided_on: date = strawberry.field(description="When. 裁定日期")
    served_on: date | None = strawberry.field(
        default=None, description="When it was served; needed for a dismissal. 送达日期"
    )
    ruling_no: str = strawberry.field(default="", description="Of the ruling or judgment; travels encrypted. 文书号")
    text: str = strawberry.field(default="", description="In words; travels encrypted. 说明")
    idempotency_key: str = strawberry.field(description=_KEY)

    def parsed(self) -> NewDecision:
        return NewDecision(self.outcome, self.decided_on, self.ruling_no, self.served_on, self.text)
