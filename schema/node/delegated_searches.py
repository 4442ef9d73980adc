"""Searches at several courts at the node's door: asked for, approved, sent and withdrawn as a whole, and read."""

from collections.abc import Awaitable
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.delegated_searches import DelegatedSearchRecord
from enforcement.delegated_searches import making, moving, reading
from enforcement.delegated_searches.making import NewDelegatedSearch
from enforcement.rules.refusals import RuleBroken
from schema.connections import Connection, connection
from schema.context import NodeContext
from schema.domain_enums import AssetKind
from schema.node.delegated_search_types import (
    DelegatedSearch,
    DelegatedSearchesResult,
    DelegatedSearchResult,
    shown,
)
from schema.node.task_inputs import TaskDocumentInput, documents_of
from schema.problems import problem_of
from schema.scalars import CaseNumber, CourtCode
from schema.zone.page_types import After, First

InfoNode: TypeAlias = Info[NodeContext, None]
_INPUT = strawberry.argument(description="What is asked for. 输入")


@strawberry.input(description="One search for a debtor's assets at several courts. 委托查询")
class DelegateSearchInput:
    case_number: CaseNumber = strawberry.field(description="An own case that is worked on. 案号")
    kinds: list[AssetKind] = strawberry.field(description="What to search for. 财产种类")
    courts: list[CourtCode] = strawberry.field(description="Who is asked, each once. 受托法院")
    documents: list[TaskDocumentInput] = strawberry.field(description="One set of papers for all courts. 附件")
    idempotency_key: str = strawberry.field(description="The same key again gives the same search. 幂等键")
    debtor_id: UUID | None = strawberry.field(default=None, description="Which debtor, if several. 被执行人")
    urgent: bool = strawberry.field(default=False, description="Hours instead of days. 紧急")
    contact: str = strawberry.field(default="", description="Whom to call. 联系人")
    remark: str = strawberry.field(default="", description="In words; travels encrypted. 备注")

    def parsed(self) -> NewDelegatedSearch:
        """The use-case's words."""
        return NewDelegatedSearch(
            case_number=self.case_number,
            debtor_id=self.debtor_id,
            kinds=tuple(self.kinds),
            courts=tuple(self.courts),
            documents=tuple(documents_of(self.documents)),
            urgent=self.urgent,
            contact=self.contact,
            remark=self.remark,
        )


@strawberry.input(description="Which search, as it was read. 委托查询及版本")
class SearchVersionInput:
    id: UUID = strawberry.field(description="The search. 编号")
    version: int = strawberry.field(description="As it was read. 版本")


@strawberry.input(description="A search and a word on it. 委托查询及意见")
class SearchOpinionInput(SearchVersionInput):
    opinion: str = strawberry.field(default="", description="Opinion or reason. 意见")


@strawberry.input(description="A search to withdraw at every court that has not answered. 撤回委托查询")
class WithdrawDelegatedSearchInput(SearchVersionInput):
    reason: str = strawberry.field(description="Why; travels encrypted. 原因")


async def _told(info: InfoNode, work: Awaitable[DelegatedSearchRecord]) -> DelegatedSearchResult:
    """The search that `work` gives, as its caller may read it, or the problem."""
    context = info.context
    try:
        search = await work
    except RuleBroken as refusal:
        return cast("DelegatedSearchResult", problem_of(refusal, context.language))
    assert context.caller is not None  # every use-case refuses an anonymous caller
    return shown(context.court, context.caller, [search])[0]


@strawberry.type
class DelegatedSearchQuery:
    """Searches of this court at others."""

    @strawberry.field(description="One search at several courts. 委托查询")
    async def delegated_search(
        self,
        info: InfoNode,
        id: Annotated[UUID, strawberry.argument(description="The search. 编号")],  # noqa: A002
    ) -> DelegatedSearchResult:
        return await _told(info, reading.read(info.context.court, info.context.caller, id))

    @strawberry.field(description="The searches of a case at several courts, oldest first. 委托查询列表")
    async def delegated_searches(
        self,
        info: InfoNode,
        case_number: Annotated[CaseNumber, strawberry.argument(description="The own case. 案号")],
        first: First = 20,
        after: After = None,
    ) -> DelegatedSearchesResult:
        context = info.context
        try:
            return await _page(context, case_number, first, after)
        except RuleBroken as refusal:
            return cast("DelegatedSearchesResult", problem_of(refusal, context.language))


async def _page(context: NodeContext, number: str, first: int, after: str | None) -> Connection[DelegatedSearch]:
    page = await reading.page(context.court, context.caller, number, first=first, after=after)
    assert context.caller is not None  # the use-case refuses an anonymous caller
    return connection(shown(context.court, context.caller, page.rows), page.cursors, has_next=page.has_next)


@strawberry.type
class DelegatedSearchMutation:
    """Acts on a search as a whole; its tasks have acts of their own."""

    @strawberry.mutation(description="Ask several courts to search, with one approval and one set of papers. 委托查询")
    async def delegate_search(
        self,
        info: InfoNode,
        input: Annotated[DelegateSearchInput, _INPUT],  # noqa: A002
    ) -> DelegatedSearchResult:
        court, caller = info.context.court, info.context.caller
        return await _told(info, making.delegate(court, caller, input.parsed(), idempotency_key=input.idempotency_key))

    @strawberry.mutation(description="Ask the chief's approval again. 重新提交审批")
    async def submit_delegated_search(
        self,
        info: InfoNode,
        input: Annotated[SearchVersionInput, _INPUT],  # noqa: A002
    ) -> DelegatedSearchResult:
        return await _told(info, moving.submit(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="Approve it for all courts; never one's own. 批准")
    async def approve_delegated_search(
        self,
        info: InfoNode,
        input: Annotated[SearchOpinionInput, _INPUT],  # noqa: A002
    ) -> DelegatedSearchResult:
        court, caller = info.context.court, info.context.caller
        return await _told(info, moving.approve(court, caller, input.id, input.version, opinion=input.opinion))

    @strawberry.mutation(description="Send it back to its handler, with a reason. 不予批准")
    async def refuse_delegated_search_approval(
        self,
        info: InfoNode,
        input: Annotated[SearchOpinionInput, _INPUT],  # noqa: A002
    ) -> DelegatedSearchResult:
        court, caller = info.context.court, info.context.caller
        return await _told(info, moving.refuse_approval(court, caller, input.id, input.version, opinion=input.opinion))

    @strawberry.mutation(description="Send it to all courts at once; by the command centre. 发出")
    async def dispatch_delegated_search(
        self,
        info: InfoNode,
        input: Annotated[SearchVersionInput, _INPUT],  # noqa: A002
    ) -> DelegatedSearchResult:
        return await _told(info, moving.dispatch(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="Withdraw it at every court that has not answered. 撤回")
    async def withdraw_delegated_search(
        self,
        info: InfoNode,
        input: Annotated[WithdrawDelegatedSearchInput, _INPUT],  # noqa: A002
    ) -> DelegatedSearchResult:
        court, caller = info.context.court, info.context.caller
        return await _told(info, moving.withdraw(court, caller, input.id, input.version, reason=input.reason))
