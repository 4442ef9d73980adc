"""Looking a debtor up: the federated fields of the node's door, their live twins, and both sides' logs."""

from collections.abc import AsyncGenerator
from typing import Annotated, cast

import strawberry
from strawberry.types import Info

from enforcement import lookup_logs
from enforcement.rules.refusals import RuleBroken
from schema.connections import page_info
from schema.context import NodeContext
from schema.federated import Federated
from schema.node import lookup_door, lookup_local
from schema.node.lookup_enums import ProfileSection
from schema.node.lookup_log_types import (
    AccessLog,
    AccessLogResult,
    LookupLog,
    LookupLogResult,
    access_entry,
    lookup_entry,
)
from schema.node.lookup_types import (
    DebtorIdentityInput,
    DebtorPresenceResult,
    DebtorProfileResult,
    LegalBasisInput,
)
from schema.problems import problem_of
from schema.scalars import CaseNumber, CourtCode
from schema.zone.coverage_types import Scope
from schema.zone.page_types import After, First

_PRESENCE = "debtorPresence"
_PROFILE = "debtorProfile"

Who = Annotated[DebtorIdentityInput, strawberry.argument(description="Who is looked up. 身份")]
Why = Annotated[LegalBasisInput, strawberry.argument(description="Case and purpose. 查询依据")]
Where = Annotated[Scope, strawberry.argument(description="Which courts are asked. 查询范围")]
What = Annotated[list[ProfileSection], strawberry.argument(description="Which sections are read. 查询内容")]


@strawberry.type
class LookupQuery:
    """Look-ups and their logs."""

    @strawberry.field(
        description="Where a debtor has cases, and how many: counts and flags only. 被执行人概况查询",
        directives=[Federated()],
    )
    async def debtor_presence(
        self, info: Info[NodeContext, None], identity: Who, basis: Why, scope: Where
    ) -> DebtorPresenceResult:
        if info.context.partner is not None:
            return await lookup_local.presence(info.context.court, info.context.partner)
        asked = lookup_door.request(info, _PRESENCE, identity, basis, scope, [])
        return cast("DebtorPresenceResult", await lookup_door.answer(info, asked))

    @strawberry.field(
        description="What the courts have of a debtor, in the sections that the purpose allows. 被执行人详情查询",
        directives=[Federated()],
    )
    async def debtor_profile(
        self, info: Info[NodeContext, None], identity: Who, basis: Why, sections: What, scope: Where
    ) -> DebtorProfileResult:
        if info.context.partner is not None:
            return await lookup_local.profile(info.context.court, info.context.partner)
        asked = lookup_door.request(info, _PROFILE, identity, basis, scope, sections)
        return cast("DebtorProfileResult", await lookup_door.answer(info, asked))

    @strawberry.field(description="Look-ups by officers of this court, newest first; handlers see their own. 查询日志")
    async def lookup_log(
        self,
        info: Info[NodeContext, None],
        case_number: Annotated[CaseNumber | None, strawberry.argument(description="Of this case only. 案号")] = None,
        first: First = 20,
        after: After = None,
    ) -> LookupLogResult:
        try:
            found = await lookup_logs.lookup_log(
                info.context.court, info.context.caller, case_number=case_number, first=first, after=after
            )
        except RuleBroken as refusal:
            return cast("LookupLogResult", problem_of(refusal, info.context.language))
        return LookupLog(
            entries=[lookup_entry(record) for record in found.rows],
            page_info=page_info(found.cursors, has_next=found.has_next),
        )

    @strawberry.field(description="Questions of other courts, newest first, refused ones too. 被查询日志")
    async def access_log(
        self,
        info: Info[NodeContext, None],
        asking_court: Annotated[
            CourtCode | None, strawberry.argument(description="Of this court only. 询问法院")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> AccessLogResult:
        try:
            found = await lookup_logs.asks_received(
                info.context.court, info.context.caller, asking_court=asking_court, first=first, after=after
            )
        except RuleBroken as refusal:
            return cast("AccessLogResult", problem_of(refusal, info.context.language))
        return AccessLog(
            entries=[access_entry(record) for record in found.rows],
            page_info=page_info(found.cursors, has_next=found.has_next),
        )


@strawberry.type
class LookupSubscription:
    """The live twins: each start is one look-up."""

    @strawberry.subscription(description="The same as the query, growing as courts answer. 被执行人概况查询（实时）")
    async def debtor_presence(
        self, info: Info[NodeContext, None], identity: Who, basis: Why, scope: Where
    ) -> AsyncGenerator[DebtorPresenceResult, None]:
        asked = lookup_door.request(info, _PRESENCE, identity, basis, scope, [])
        async for emission in lookup_door.live(info, asked):
            yield cast("DebtorPresenceResult", emission)

    @strawberry.subscription(description="The same as the query, growing as courts answer. 被执行人详情查询（实时）")
    async def debtor_profile(
        self, info: Info[NodeContext, None], identity: Who, basis: Why, sections: What, scope: Where
    ) -> AsyncGenerator[DebtorProfileResult, None]:
        asked = lookup_door.request(info, _PROFILE, identity, basis, scope, sections)
        async for emission in lookup_door.live(info, asked):
            yield cast("DebtorProfileResult", emission)
