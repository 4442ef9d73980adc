"""The conversation of a task's two handlers: notes, records of calls, and that they were read."""

from typing import Annotated

import strawberry

from enforcement.tasks import conversation
from schema.node import task_inputs as inputs
from schema.node.task_types import DelegatedTaskResult
from schema.node.tasks import NodeInfo, told

_INPUT = strawberry.argument(description="What is said. 输入")


@strawberry.type
class ConversationMutation:
    """What the handlers say to each other beside the log."""

    @strawberry.mutation(description="Say something to the other court; by the task's handler. 留言、通话记录")
    async def post_task_note(
        self,
        info: NodeInfo,
        input: Annotated[inputs.PostTaskNoteInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(
            info, conversation.post(court, caller, input.id, input.parsed(), idempotency_key=input.idempotency_key)
        )

    @strawberry.mutation(description="Let the other court know that its notes were read. 标记已读")
    async def read_task_notes(
        self,
        info: NodeInfo,
        input: Annotated[inputs.ReadTaskNotesInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(
            info,
            conversation.mark_read(court, caller, input.id, input.statements, idempotency_key=input.idempotency_key),
        )
