"""The fields that the gateway asks of every court in scope, in clear (协作区明文联邦字段)."""

from typing import Final, cast

import strawberry

from enforcement.rules.rights import Act
from schema.federated import Carry, Federated
from schema.gateway import scatter_door
from schema.gateway.context import GatewayInfo
from schema.zone.arguments import Where
from schema.zone.matrix_types import MATRIX, CrossBorderMatrixResult

_CLEAR: Final = Federated(carry=Carry.CLEAR)


@strawberry.type
class ScatteredQuery:
    """One root field each; the executor takes the rendered answer as it is."""

    @strawberry.field(description=MATRIX, directives=[_CLEAR])
    async def cross_border_matrix(self, info: GatewayInfo, scope: Where) -> CrossBorderMatrixResult:
        return cast("CrossBorderMatrixResult", await scatter_door.answer(info, scope, Act.READ_ZONE))
