"""What officers send to make and move delegated tasks: a key with what makes, a version with what changes."""

from datetime import datetime
from uuid import UUID

import strawberry

from db.records.parties import IdentifierKind
from enforcement.payloads import DocumentRef, FeedbackPayload, HandlingStep, InventoryItem, SeizureInventory
from enforcement.rules.refusals import Malformed
from enforcement.tasks.contents import Communication
from enforcement.tasks.conversation import NewNote
from enforcement.tasks.grounds import Debtor, NewTask
from schema.domain_enums import AssetKind
from schema.node.lookup_types import DebtorIdentityInput
from schema.node.seizure_enums import NotifiedPerson
from schema.node.task_enums import CommunicationChannel, FeedbackResult, ReturnReason, StepKind
from schema.scalars import CaseNumber, CourtCode
from schema.task_enums import DelegatedMatterType, RequiredPaper


@strawberry.input(description="A document by its digest; the file itself is not sent yet. 文书")
class TaskDocumentInput:
    kind: RequiredPaper = strawberry.field(description="Kind. 种类")
    sha256: str = strawberry.field(description="SHA-256 of the file, lower-case hex. 摘要")
    number: str = strawberry.field(default="", description="Its number. 文号")


def documents_of(given: list[TaskDocumentInput]) -> list[DocumentRef]:
    return [DocumentRef(kind=one.kind.value, number=one.number, sha256=one.sha256) for one in given]


@strawberry.input(description="A new delegated task. 新建委托事项")
class CreateDelegatedTaskInput:
    case_number: CaseNumber = strawberry.field(description="An own case that is worked on. 案号")
    entrusted_court: CourtCode = strawberry.field(description="Who shall do it. 受托法院")
    matter: DelegatedMatterType = strawberry.field(description="What. 委托事项")
    documents: list[TaskDocumentInput] = strawberry.field(description="The papers that the matter needs. 附件")
    idempotency_key: str = strawberry.field(description="Any text; the same again makes nothing new. 幂等键")
    debtor_id: UUID | None = strawberry.field(
        default=None, description="Whom; needed when the case has several debtors. 被执行人"
    )
    debtor: DebtorIdentityInput | None = strawberry.field(
        default=None, description="Whom, by number instead. 被执行人身份"
    )
    kinds: list[AssetKind] = strawberry.field(
        default_factory=list, description="Kinds to search for, for an investigation. 查询财产种类"
    )
    measure_id: UUID | None = strawberry.field(default=None, description="The ruled measure that it carries out. 措施")
    follow_up_of: UUID | None = strawberry.field(default=None, description="The task it continues. 前序委托")
    urgent: bool = strawberry.field(default=False, description="Hours instead of days. 紧急")
    contact: str = strawberry.field(default="", description="Whom to call. 联系人")
    remark: str = strawberry.field(default="", description="In words; travels encrypted. 备注")
    clue_ids: list[UUID] = strawberry.field(
        default_factory=list, description="Clues of the case to tell on; who gave them stays here. 线索"
    )
    official_platform_no: str | None = strawberry.field(
        default=None, description="Number on the national platform. 平台编号"
    )

    def parsed(self) -> NewTask:
        """Raises Malformed: two ways of naming the debtor at once."""
        return NewTask(
            case_number=self.case_number,
            debtor=_debtor(self.debtor_id, self.debtor),
            entrusted_court=self.entrusted_court,
            matter=self.matter,
            documents=tuple(documents_of(self.documents)),
            kinds=tuple(self.kinds),
            measure_id=self.measure_id,
            follow_up_of=self.follow_up_of,
            urgent=self.urgent,
            contact=self.contact,
            remark=self.remark,
            official_platform_no=self.official_platform_no,
            clue_ids=tuple(self.clue_ids),
        )


def _debtor(party_id: UUID | None, identity: DebtorIdentityInput | None) -> Debtor:
    if identity is None:
        return Debtor(party_id)
    if party_id is not None or (identity.resident_id is None) == (identity.credit_code is None):
        raise Malformed("IDENTITY", "debtor")
    if identity.resident_id is not None:
        return Debtor(None, IdentifierKind.ID_NUMBER, identity.resident_id)
    return Debtor(None, IdentifierKind.USCC, identity.credit_code)


@strawberry.input(description="Which task, as it was read. 委托事项及版本")
class TaskVersionInput:
    id: UUID = strawberry.field(description="The task. 编号")
    version: int = strawberry.field(description="As it was read. 版本")


@strawberry.input(description="A task and a word on it. 委托事项及意见")
class TaskOpinionInput(TaskVersionInput):
    opinion: str = strawberry.field(default="", description="Opinion or reason. 意见")


@strawberry.input(description="A task to draft again. 重新起草")
class CloneDelegatedTaskInput(TaskVersionInput):
    entrusted_court: CourtCode | None = strawberry.field(
        default=None, description="Another court than before, such as when that one is lost. 另行委托的法院"
    )
    idempotency_key: str = strawberry.field(description="Any text; the same again makes nothing new. 幂等键")


@strawberry.input(description="Who shall handle a task. 分派")
class AssignDelegatedTaskInput(TaskVersionInput):
    officer_id: str = strawberry.field(description="A handler of this court. 承办人")


@strawberry.input(description="That two courts spoke. 沟通记录")
class CommunicationInput:
    at: datetime = strawberry.field(description="When. 时间")
    channel: CommunicationChannel = strawberry.field(description="How. 方式")
    counterpart: str = strawberry.field(default="", description="With whom. 对方人员")
    note: str = strawberry.field(default="", description="In words. 说明")

    def parsed(self) -> Communication:
        return Communication(at=self.at, channel=self.channel.value, counterpart=self.counterpart, note=self.note)


@strawberry.input(description="A note to the other court's handler, or the record of a call. 留言、通话记录")
class PostTaskNoteInput:
    id: UUID = strawberry.field(description="The task. 编号")
    idempotency_key: str = strawberry.field(description="Any text; the same again says nothing new. 幂等键")
    text: str = strawberry.field(default="", description="A note, up to 4,000 characters; travels encrypted. 内容")
    call: CommunicationInput | None = strawberry.field(
        default=None, description="Instead of a text: a call that took place, its `note` what was said. 通话记录"
    )
    refers: UUID | None = strawberry.field(default=None, description="The statement that it answers. 所答附记")

    def parsed(self) -> NewNote:
        return NewNote(self.text, None if self.call is None else self.call.parsed(), self.refers)


@strawberry.input(description="Notes of the other court that were read. 已读留言")
class ReadTaskNotesInput:
    id: UUID = strawberry.field(description="The task. 编号")
    statements: list[UUID] = strawberry.field(description="Which notes and records, at most 500. 附记")
    idempotency_key: str = strawberry.field(description="Any text; the same again says nothing new. 幂等键")


@strawberry.input(description="Papers that are wanted. 要求补充")
class RequestSupplementInput(TaskVersionInput):
    papers: list[RequiredPaper] = strawberry.field(description="Which. 文书")
    communication: CommunicationInput | None = strawberry.field(
        default=None,
        description="That the courts spoke; needless when the conversation has a note that came through, or a call. "
        "沟通记录",
    )
    note: str = strawberry.field(default="", description="In words. 说明")


@strawberry.input(description="Papers that were wanted. 补充材料")
class SupplementDelegatedTaskInput(TaskVersionInput):
    documents: list[TaskDocumentInput] = strawberry.field(description="Which. 文书")
    note: str = strawberry.field(default="", description="In words. 说明")


@strawberry.input(description="One seized thing. 清单项")
class InventoryItemInput:
    name: str = strawberry.field(description="What. 名称")
    quantity: int = strawberry.field(description="How many. 数量")
    condition: str = strawberry.field(default="", description="Its condition. 状况")


@strawberry.input(description="A list of seized things with its record. 查封扣押清单")
class InventoryInput:
    started_at: datetime = strawberry.field(description="Begin. 开始时间")
    finished_at: datetime = strawberry.field(description="End. 结束时间")
    place: str = strawberry.field(description="Place. 地点")
    items: list[InventoryItemInput] = strawberry.field(description="Things. 物品")
    custodian: str = strawberry.field(description="Who keeps them. 保管人")
    debtor_present: bool = strawberry.field(description="Whether the debtor was there. 被执行人在场")
    signatures: list[str] = strawberry.field(description="Who signed. 签名")
    notified: NotifiedPerson | None = strawberry.field(default=None, description="Who was told to be there. 到场通知")
    grassroots_representative: str = strawberry.field(
        default="", description="Who came for the grass-roots organisation. 基层组织代表"
    )
    copy_given: bool = strawberry.field(default=False, description="Whether the debtor has a copy. 清单交付")
    keys: int | None = strawberry.field(default=None, description="How many keys, of a vehicle. 钥匙数")
    mileage_km: int | None = strawberry.field(default=None, description="Mileage, in km. 里程")
    photos: list[str] = strawberry.field(default_factory=list, description="Digests of photos. 照片摘要")

    def parsed(self) -> SeizureInventory:
        return SeizureInventory(
            started_at=self.started_at,
            finished_at=self.finished_at,
            place=self.place,
            items=[
                InventoryItem(name=item.name, quantity=item.quantity, condition=item.condition) for item in self.items
            ],
            custodian=self.custodian,
            debtor_present=self.debtor_present,
            signatures=self.signatures,
            notified=self.notified,
            grassroots_representative=self.grassroots_representative,
            copy_given=self.copy_given,
            keys=self.keys,
            mileage_km=self.mileage_km,
            photos=self.photos,
        )


@strawberry.input(description="A step that was taken. 办理步骤")
class RecordHandlingStepInput(TaskVersionInput):
    kind: StepKind = strawberry.field(description="Kind. 种类")
    at: datetime = strawberry.field(description="When. 时间")
    officers: list[str] = strawberry.field(description="Ids; two for a step on site. 办理人员")
    place: str = strawberry.field(default="", description="Where. 地点")
    note: str = strawberry.field(default="", description="In words. 说明")
    inventory: InventoryInput | None = strawberry.field(default=None, description="Of a seizure. 清单")

    def parsed(self) -> HandlingStep:
        return HandlingStep(
            kind=self.kind.value,
            at=self.at,
            officers=self.officers,
            place=self.place,
            note=self.note,
            inventory=None if self.inventory is None else self.inventory.parsed(),
        )


@strawberry.input(description="The answer to the delegating court; finds and receipts come along. 反馈")
class SubmitFeedbackInput(TaskVersionInput):
    result: FeedbackResult = strawberry.field(description="Result. 结果")
    note: str = strawberry.field(default="", description="In words. 说明")
    inventory: InventoryInput | None = strawberry.field(default=None, description="Of a seizure. 清单")

    def parsed(self) -> FeedbackPayload:
        inventory = None if self.inventory is None else self.inventory.parsed()
        return FeedbackPayload(result=self.result.value, note=self.note, inventory=inventory)


@strawberry.input(description="A task to send back. 退回")
class ReturnDelegatedTaskInput(TaskVersionInput):
    reason: ReturnReason = strawberry.field(description="Why. 原因")
    communication: CommunicationInput | None = strawberry.field(
        default=None,
        description="That the courts spoke; needless when the conversation has a note that came through, or a call. "
        "沟通记录",
    )
    note: str = strawberry.field(default="", description="In words. 说明")


@strawberry.input(description="A task to withdraw, or a feedback to reject. 撤回、不接受反馈")
class TaskReasonInput(TaskVersionInput):
    reason: str = strawberry.field(description="Why; travels encrypted. 原因")
