"""What a delegated task asks for, as its reader may see it: masked in enforcement/masked.py, not here."""

import strawberry

from db.records.tasks import TaskRecord
from enforcement.payloads import DocumentRef, TaskContent
from enforcement.rules import papers
from enforcement.tasks import reading
from enforcement.tasks.reading import TaskBatch
from schema.domain_enums import AssetKind, MeasureKind
from schema.federated import Personal
from schema.node.asset_types import AssetIdentityPart, identity_parts
from schema.node.clue_enums import ClueKind, ClueReliability, ClueUrgency
from schema.node.task_event_types import TaskDocument
from schema.scalars import CaseNumber, Money


@strawberry.type(description="The debtor of a task. 被执行人", directives=[Personal()])
class TaskDebtor:
    name: str = strawberry.field(description="Name; masked for offices that read no identities. 姓名或名称")
    identifier: str = strawberry.field(description="Number; masked likewise. 证件号码")
    domicile_division: str = strawberry.field(description="Domicile, GB/T 2260. 住所地")


@strawberry.type(description="The thing that a task is about. 标的财产", directives=[Personal()])
class TaskAsset:
    kind: AssetKind = strawberry.field(description="Kind. 财产种类")
    identity: list[AssetIdentityPart] = strawberry.field(description="What the registry calls it by. 登记标识")
    division: str = strawberry.field(description="Where it lies, GB/T 2260. 所在地")
    description: str = strawberry.field(description="In words. 说明")


@strawberry.type(description="A clue as it was told on; who gave it was not. 移送线索", directives=[Personal()])
class ToldClue:
    kind: ClueKind = strawberry.field(description="What it leads to. 线索种类")
    reliability: ClueReliability = strawberry.field(description="What it rests on. 可靠程度")
    urgency: ClueUrgency = strawberry.field(description="How soon it is to be verified. 紧急程度")
    text: str = strawberry.field(description="In words; empty for offices that read no identities. 内容")


@strawberry.type(description="What the delegating court asks for. 委托内容", directives=[Personal()])
class DelegatedTaskContent:
    case_number: CaseNumber = strawberry.field(description="Case of the delegating court. 案号")
    debtor: TaskDebtor = strawberry.field(description="The debtor. 被执行人")
    kinds: list[AssetKind] = strawberry.field(description="Kinds to search for. 查询财产种类")
    asset: TaskAsset | None = strawberry.field(description="The thing. 标的财产")
    ruling_no: str | None = strawberry.field(description="The delegating court's ruling. 裁定书文号")
    measure_kind: MeasureKind | None = strawberry.field(description="Which measure. 措施种类")
    term_years: int | None = strawberry.field(description="Its term. 期限（年）")
    amount: Money | None = strawberry.field(
        description="How much of what is taken in part is controlled; null: the whole. 控制金额"
    )
    documents: list[TaskDocument] = strawberry.field(description="Papers attached. 附件")
    contact: str = strawberry.field(description="Whom to call. 联系人")
    remark: str = strawberry.field(description="In words. 备注")
    official_platform_no: str | None = strawberry.field(description="Number on the national platform. 平台编号")
    clues: list[ToldClue] = strawberry.field(description="Clues told on with it. 线索")


def _document(content: TaskContent, task: TaskRecord, document: DocumentRef) -> TaskDocument:
    text = papers.text_of(content, document, task.delegating_court, task.entrusted_court)
    return TaskDocument(kind=document.kind, number=document.number, sha256=document.sha256, text=text)


def content_of(batch: TaskBatch, task: TaskRecord) -> DelegatedTaskContent:
    """The task's content for the batch's caller."""
    content = reading.content_of(batch.court, batch.caller, task)
    debtor, asset = content.debtor, content.asset
    return DelegatedTaskContent(
        case_number=CaseNumber(content.case_number),
        debtor=TaskDebtor(name=debtor.name, identifier=debtor.identifier, domicile_division=debtor.domicile_division),
        kinds=[AssetKind(kind) for kind in content.kinds],
        asset=None
        if asset is None
        else TaskAsset(
            kind=AssetKind(asset.kind),
            identity=identity_parts(asset.identity),
            division=asset.division,
            description=asset.description,
        ),
        ruling_no=content.ruling_no,
        measure_kind=None if content.measure_kind is None else MeasureKind(content.measure_kind),
        term_years=content.term_years,
        amount=None if content.amount is None else Money(content.amount),
        documents=[_document(content, task, document) for document in content.documents],
        contact=content.contact,
        remark=content.remark,
        official_platform_no=content.official_platform_no,
        clues=[
            ToldClue(
                kind=ClueKind(clue.kind),
                reliability=ClueReliability(clue.reliability),
                urgency=ClueUrgency(clue.urgency),
                text=clue.text,
            )
            for clue in content.clues
        ],
    )
