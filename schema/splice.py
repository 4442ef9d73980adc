"""The executor that takes a rendered answer as it is: rows that already are answers are not executed again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from federation.graph.render import Rendered
from schema.cells import CellExecutor


@dataclass(frozen=True, slots=True)
class PassedError:
    """An error that another program found below the field; `path` is relative to the field."""

    message: str
    path: tuple[str | int, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passed:
    """A field's finished value as another program gave it, null included, with the errors that it found."""

    data: Any
    errors: tuple[PassedError, ...] = ()


class SplicingExecutor(CellExecutor):
    """graphql-core's executor, but a `Rendered` or `Passed` value is finished: it was checked and selected.

    For `strawberry.Schema(..., execution_context_class=SplicingExecutor)`.
    """

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """The data unchanged; everything else as graphql-core completes it."""
        if isinstance(result, Rendered):
            return self.spliced(result)
        if isinstance(result, Passed):
            for told in result.errors:
                self._note(told, field_details_list, path)
            return result.data
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def spliced(self, result: Rendered) -> Any:
        """What stands in the response's data."""
        return result.data

    def _note(self, told: PassedError, field_details_list: Any, path: Any) -> None:
        """The error as if it had been found here, at its place below the field."""
        for key in told.path:
            path = path.add_key(key)
        nodes = [details.node for details in field_details_list]
        error = GraphQLError(told.message, nodes, path=path.as_list(), extensions=dict(told.extensions))
        self.collected_errors.add(error, path)


class WritingExecutor(SplicingExecutor):
    """For a response that orjson writes: what was rendered as text goes there as it is."""

    def spliced(self, result: Rendered) -> Any:
        """Data, or a fragment."""
        return result.spliced


def writing(executor: type[Any] | None) -> type[Any] | None:
    """The executor to use instead of `executor` where the response is written by orjson at once."""
    return WritingExecutor if executor is SplicingExecutor else executor
