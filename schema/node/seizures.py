"""Writing a physical seizure down, and handing a vehicle over, at the node's door."""

from typing import Annotated, TypeAlias, cast

import strawberry
from strawberry.types import Info

from enforcement import measure_views, seizures
from enforcement.rules.refusals import RuleBroken
from enforcement.seizures import NewHandOver
from schema.context import NodeContext
from schema.node.measures import ControlMeasure, measure_of
from schema.node.seizure_types import HandOverVehicleInput, RecordSeizureInput
from schema.node.task_types import DelegatedTaskResult
from schema.node.tasks import told
from schema.problems import Refusal, TransitionNotAllowed, problem_of

InfoNode: TypeAlias = Info[NodeContext, None]
RecordSeizureResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | TransitionNotAllowed,
    strawberry.union("RecordSeizureResult", description="The measure, or why it stays as it is. 登记结果"),
]


@strawberry.type
class SeizureMutation:
    """From the inventory to the hand-over."""

    @strawberry.mutation(description="Write down what this court seized for an own measure. 登记扣押清单")
    async def record_seizure(
        self,
        info: InfoNode,
        input: Annotated[RecordSeizureInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordSeizureResult:
        court, caller = info.context.court, info.context.caller
        try:
            inventory, key = input.inventory.parsed(), input.idempotency_key
            measure_id = await seizures.record(court, caller, input.measure_id, inventory, idempotency_key=key)
            return measure_of(await measure_views.read(court, caller, measure_id))
        except RuleBroken as refusal:
            return cast("RecordSeizureResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Hand a seized vehicle over to the ordering court. 移交扣押车辆")
    async def hand_over_vehicle(
        self,
        info: InfoNode,
        input: Annotated[HandOverVehicleInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DelegatedTaskResult:
        new = NewHandOver(
            input.task_id,
            input.at,
            input.place,
            tuple(input.handed_by),
            tuple(input.received_by),
            input.keys,
            input.mileage_km,
            tuple(input.photos),
        )
        court, caller = info.context.court, info.context.caller
        return await told(info, seizures.hand_over(court, caller, new, idempotency_key=input.idempotency_key))
