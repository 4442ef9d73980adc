"""How a field of an answer type says by which rule the courts' values become one."""

from typing import Any

import strawberry

from federation.graph.contract import Merge
from schema.federated import Merged


def merged(by: Merge, description: str) -> Any:
    """A field of an answer type, merged by `by`."""
    return strawberry.field(description=description, directives=[Merged(by=by)])
