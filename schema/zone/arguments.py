"""Arguments that several clear fields of the zone share."""

from typing import Annotated

import strawberry

from schema.zone.coverage_types import Scope

Where = Annotated[Scope, strawberry.argument(description="Which courts are asked. 查询范围")]
