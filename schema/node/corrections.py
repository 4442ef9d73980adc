"""Correcting the list of dishonest debtors (失信名单纠正): what a party asks for, and what is decided."""

from typing import Annotated, TypeAlias, cast

import strawberry
from strawberry.types import Info

from enforcement.corrections import deciding, reading, requesting
from enforcement.corrections.requesting import NewCorrection
from enforcement.rules.correction import Verdict
from enforcement.rules.refusals import RuleBroken
from schema.connections import connection
from schema.context import NodeContext
from schema.node.correction_types import (
    CorrectionFilter,
    CorrectionsResult,
    DecideCorrectionInput,
    DecideCorrectionResult,
    DishonestEntries,
    DishonestEntriesResult,
    RecordReconsiderationInput,
    RecordReconsiderationResult,
    RequestCorrectionInput,
    RequestCorrectionResult,
    RequestReconsiderationInput,
    RequestReconsiderationResult,
    dishonest_entry,
    entry_correction,
)
from schema.problems import problem_of
from schema.scalars import CaseNumber
from schema.zone.page_types import After, First

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type
class CorrectionQuery:
    """The entries of a case, and the requests about them."""

    @strawberry.field(description="Entries in force in a case; an expired or removed one never. 失信名单条目")
    async def dishonest_entries(
        self,
        info: InfoNode,
        case_number: Annotated[CaseNumber, strawberry.argument(description="Of this case. 案号")],
    ) -> DishonestEntriesResult:
        try:
            found = await reading.entries_of(info.context.court, info.context.caller, case_number)
        except RuleBroken as refusal:
            return cast("DishonestEntriesResult", problem_of(refusal, info.context.language))
        return DishonestEntries(entries=[dishonest_entry(record) for record in found])

    @strawberry.field(description="Requests for correction, newest first; handlers see their own cases'. 纠正申请列表")
    async def corrections(
        self,
        info: InfoNode,
        filter: Annotated[CorrectionFilter | None, strawberry.argument(description="Which. 筛选")] = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> CorrectionsResult:
        only_open = filter is not None and filter.only_open
        try:
            found = await reading.page(
                info.context.court, info.context.caller, only_open=only_open, first=first, after=after
            )
        except RuleBroken as refusal:
            return cast("CorrectionsResult", problem_of(refusal, info.context.language))
        return connection([entry_correction(view) for view in found.rows], found.cursors, has_next=found.has_next)


@strawberry.type
class CorrectionMutation:
    """From the party's request to the superior court's decision."""

    @strawberry.mutation(description="Write down that a party disputes an entry. 登记纠正申请")
    async def request_correction(
        self,
        info: InfoNode,
        input: Annotated[RequestCorrectionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RequestCorrectionResult:
        given = input
        new = NewCorrection(
            given.entry_id,
            given.ground,
            given.requester,
            given.channel,
            given.requested_on,
            given.application_sha256,
        )
        try:
            made = await requesting.request(
                info.context.court, info.context.caller, new, idempotency_key=given.idempotency_key
            )
        except RuleBroken as refusal:
            return cast("RequestCorrectionResult", problem_of(refusal, info.context.language))
        return entry_correction(made)

    @strawberry.mutation(description="Decide a request; what is upheld is done at once. 决定纠正申请")
    async def decide_correction(
        self,
        info: InfoNode,
        input: Annotated[DecideCorrectionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DecideCorrectionResult:
        court, caller, given = info.context.court, info.context.caller, input
        corrected = None if given.corrected is None else given.corrected.record()
        verdict = Verdict(given.decision, given.rejection_reason, corrected)
        try:
            return entry_correction(await deciding.decide(court, caller, given.id, given.version, verdict))
        except RuleBroken as refusal:
            return cast("DecideCorrectionResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that a rejected party went to the superior court. 登记复议申请")
    async def request_reconsideration(
        self,
        info: InfoNode,
        input: Annotated[RequestReconsiderationInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RequestReconsiderationResult:
        given = input
        try:
            asked = await requesting.request_reconsideration(
                info.context.court,
                info.context.caller,
                given.id,
                given.version,
                served_on=given.served_on,
                requested_on=given.requested_on,
            )
        except RuleBroken as refusal:
            return cast("RequestReconsiderationResult", problem_of(refusal, info.context.language))
        return entry_correction(asked)

    @strawberry.mutation(description="Write down what the superior court decided; it is done at once. 登记复议决定")
    async def record_reconsideration(
        self,
        info: InfoNode,
        input: Annotated[RecordReconsiderationInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordReconsiderationResult:
        given = input
        corrected = None if given.corrected is None else given.corrected.record()
        try:
            decided = await deciding.record_reconsideration(
                info.context.court,
                info.context.caller,
                given.id,
                given.version,
                Verdict(given.decision, None, corrected),
                decided_on=given.decided_on,
            )
        except RuleBroken as refusal:
            return cast("RecordReconsiderationResult", problem_of(refusal, info.context.language))
        return entry_correction(decided)
