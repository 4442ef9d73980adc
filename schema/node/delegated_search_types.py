"""A search at several courts as officers of the own court see it: what is known, court by court.

Invariant: lists of searches cost one query per kind of detail, because the searches of one answer share a batch.
"""

from datetime import datetime
from typing import Annotated, TypeAlias, cast

import strawberry
from strawberry.types import Info

from db.records.delegated_searches import DelegatedSearchRecord
from enforcement.court import CourtNode
from enforcement.delegated_searches.reading import SearchBatch
from enforcement.rules import delegated_search as rules
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.rights import Caller
from schema.case_enums import ResultOutcome
from schema.connections import Connection, connection
from schema.context import NodeContext
from schema.domain_enums import AssetKind
from schema.federated import Personal
from schema.node.asset_types import Finding, finding_of
from schema.node.delegated_search_enums import CourtAnswer, DelegatedSearchStatus
from schema.node.task_event_types import FedBackWord, word_of
from schema.node.task_types import DelegatedTask, present
from schema.objects import Node, node_id
from schema.problems import (
    CourtsRefused,
    DuplicateOf,
    LegalDocumentMissing,
    Refusal,
    StaleVersion,
    TransitionNotAllowed,
    problem_of,
)
from schema.scalars import CourtCode
from schema.zone.page_types import After, First


@strawberry.type(description="One kind of asset at one court. 分类查询情况", directives=[Personal()])
class SearchedKind:
    kind: AssetKind = strawberry.field(description="The kind. 财产种类")
    outcome: ResultOutcome = strawberry.field(
        description="FOUND and NOTHING are a channel's word; the others say that nobody looked. 查询结果"
    )
    channels: list[FedBackWord] = strawberry.field(description="Who was asked, and what each said. 查控渠道")


@strawberry.type(description="One court that was asked. 受托法院查询情况", directives=[Personal()])
class SearchedCourt:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    answer: CourtAnswer = strawberry.field(description="What became of the question. 办理情况")
    reason: str | None = strawberry.field(description="A code: why it sent the task back. 退回原因")
    nothing_found: bool = strawberry.field(
        description="It answered that there is nothing, of every kind by a channel's word. 查无财产"
    )
    due_at: datetime | None = strawberry.field(description="After which its next step is missed. 截止时间")
    kinds: list[SearchedKind] = strawberry.field(description="Kind by kind, once it answered. 分类查询情况")
    task: DelegatedTask | None = strawberry.field(
        description="The task that counts; null if you may not read it. 委托事项"
    )


@strawberry.type(
    description="Which courts were asked, and what each came to; the counts add up to `asked`. 查询覆盖情况",
    directives=[Personal()],
)
class DelegatedSearchCoverage:
    asked: int = strawberry.field(description="Courts asked. 已委托法院数")
    answered: int = strawberry.field(description="Courts that fed back. 已反馈法院数")
    returned: int = strawberry.field(description="Courts that sent the task back. 已退回法院数")
    withdrawn: int = strawberry.field(description="Courts whose task was withdrawn. 已撤回法院数")
    overdue: int = strawberry.field(description="Courts that missed their next step. 超期法院数")
    undeliverable: int = strawberry.field(
        description="Courts that could not be reached until a message expired. 无法送达法院数"
    )
    pending: int = strawberry.field(description="Courts still within their time. 待反馈法院数")
    nothing_found: int = strawberry.field(description="Courts that answered: nothing, of no kind. 查无财产法院数")
    complete: bool = strawberry.field(
        description="Every court asked answered, and for every kind a channel looked. 是否查全"
    )
    courts: list[SearchedCourt] = strawberry.field(description="Court by court, by code. 各法院情况")


@strawberry.type(
    description="One search for a debtor's assets, delegated to several courts at once. 委托查询",
    directives=[Personal()],
)
class DelegatedSearch(Node):
    record: strawberry.Private[DelegatedSearchRecord]
    batch: strawberry.Private[SearchBatch]

    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    status: DelegatedSearchStatus = strawberry.field(description="How far it came inside this court. 状态")
    kinds: list[AssetKind] = strawberry.field(description="What is searched for. 财产种类")
    courts: list[CourtCode] = strawberry.field(description="Who is asked. 受托法院")
    created_at: datetime = strawberry.field(description="When it was asked for. 创建时间")
    dispatched_at: datetime | None = strawberry.field(description="When it was sent to all courts. 发出时间")
    changed_at: datetime = strawberry.field(description="The last act on it as a whole. 变更时间")
    version: int = strawberry.field(description="To be named by the next act on it as a whole. 版本")

    @strawberry.field(description="What is known now, court by court, on the scale of days. 查询覆盖情况")
    async def coverage(self) -> DelegatedSearchCoverage:
        return _coverage(self, await self.batch.coverage(self.record))

    @strawberry.field(description="A task for each court, returned ones that were cloned included. 委托事项")
    async def tasks(self) -> list[DelegatedTask]:
        return present(self.batch.court, self.batch.caller, await self.batch.tasks(self.record))

    @strawberry.field(description="What all courts found, oldest first. 发现财产")
    async def findings(
        self, info: Info[NodeContext, None], first: First = 20, after: After = None
    ) -> "DelegatedSearchFindingsResult":
        try:
            page = await self.batch.findings(self.record, first, after)
        except RuleBroken as refusal:
            return cast("DelegatedSearchFindingsResult", problem_of(refusal, info.context.language))
        return connection([finding_of(view) for view in page.rows], page.cursors, has_next=page.has_next)


def shown(court: CourtNode, caller: Caller, found: list[DelegatedSearchRecord]) -> list[DelegatedSearch]:
    """The searches of one answer, sharing a batch."""
    batch = SearchBatch(court, caller, found)
    return [_search(batch, search) for search in found]


def _search(batch: SearchBatch, record: DelegatedSearchRecord) -> DelegatedSearch:
    return DelegatedSearch(
        record=record,
        batch=batch,
        id=node_id(record.id),
        status=record.status,
        kinds=[AssetKind(kind) for kind in record.kinds],
        courts=[CourtCode(code) for code in record.courts],
        created_at=record.created_at,
        dispatched_at=record.dispatched_at,
        changed_at=record.changed_at,
        version=record.version,
    )


def _coverage(search: DelegatedSearch, known: rules.Coverage) -> DelegatedSearchCoverage:
    return DelegatedSearchCoverage(
        asked=len(known.courts),
        answered=known.count(CourtAnswer.ANSWERED),
        returned=known.count(CourtAnswer.RETURNED),
        withdrawn=known.count(CourtAnswer.WITHDRAWN),
        overdue=known.count(CourtAnswer.OVERDUE),
        undeliverable=known.count(CourtAnswer.UNDELIVERABLE),
        pending=known.count(CourtAnswer.PENDING),
        nothing_found=known.nothing_found,
        complete=known.complete,
        courts=[_court(search, court) for court in known.courts],
    )


def _court(search: DelegatedSearch, known: rules.CourtCoverage) -> SearchedCourt:
    batch = search.batch
    task = batch.current_task(search.record, known.court)
    may_read = batch.may_read(task)
    return SearchedCourt(
        court=CourtCode(known.court),
        answer=known.answer,
        reason=known.reason,
        nothing_found=known.found_nothing,
        due_at=task.due_at,
        kinds=[_kind(kind) for kind in known.kinds],
        task=present(batch.court, batch.caller, [task])[0] if may_read else None,
    )


def _kind(known: rules.KindCoverage) -> SearchedKind:
    return SearchedKind(
        kind=AssetKind(known.kind), outcome=known.outcome, channels=[word_of(word) for word in known.words]
    )


DelegatedSearchFindingsResult: TypeAlias = Annotated[
    Connection[Finding] | Refusal,
    strawberry.union("DelegatedSearchFindingsResult", description="A page of finds, or why not. 发现财产列表"),
]
DelegatedSearchResult: TypeAlias = Annotated[
    DelegatedSearch
    | CourtsRefused
    | LegalDocumentMissing
    | DuplicateOf
    | StaleVersion
    | TransitionNotAllowed
    | Refusal,
    strawberry.union("DelegatedSearchResult", description="The search, or why not. 委托查询或问题"),
]
DelegatedSearchesResult: TypeAlias = Annotated[
    Connection[DelegatedSearch] | Refusal,
    strawberry.union("DelegatedSearchesResult", description="A page of searches, or why not. 委托查询列表"),
]
