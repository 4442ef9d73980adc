"""The executor that takes a rendered answer as it is: rows that already are answers are not executed again."""

from typing import Any

from federation.graph.render import Rendered
from schema.cells import CellExecutor


class SplicingExecutor(CellExecutor):
    """graphql-core's executor, but a `Rendered` value is finished: the engine has checked and selected it.

    For `strawberry.Schema(..., execution_context_class=SplicingExecutor)`.
    """

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """`Rendered.data` unchanged; everything else as graphql-core completes it."""
        if isinstance(result, Rendered):
            return result.data
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)
