"""The doors to a case's money, for tests: one act or one reading at a time."""

from datetime import datetime
from typing import Any, Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from enforcement.rules.rights import Caller
from schema.context import NodeContext
from schema.node.cases import CaseQuery
from schema.node.claims import ClaimMutation
from schema.node.distribution import DistributionMutation
from schema.node.money import MoneyMutation
from schema.node.settlements import SettlementMutation
from schema.scalars import SCALARS
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA


@strawberry.type
class Mutation(MoneyMutation, ClaimMutation, SettlementMutation, DistributionMutation):
    pass


SCHEMA: Final = strawberry.Schema(CaseQuery, Mutation, config=StrawberryConfig(scalar_map=dict(SCALARS)))
HANDLER: Final = rz.caller(KAIHUA)

_OUTSTANDING: Final = """
query O($number: CaseNumber!, $asOf: Date) {
  outstanding(caseNumber: $number, asOf: $asOf) {
    __typename
    ... on OutstandingAmount {
      asOf paid left surplus lines { kind due paid left } claims { no priority lines { kind due paid left } }
    }
    ... on Problem { code }
  }
}"""


def instant(day: str) -> datetime:
    """Nine in the morning in China."""
    return datetime.fromisoformat(f"{day}T09:00:00+08:00")


async def run(court: rz.Court, document: str, who: Caller | None = HANDLER, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(court.node, who, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (answer,) = result.data.values()
    return answer


async def act(court: rz.Court, name: str, selection: str, who: Caller | None = HANDLER, **given: Any) -> Any:
    document = (
        f"mutation Act($input: {name[0].upper() + name[1:]}Input!) "
        f"{{ {name}(input: $input) {{ __typename {selection} ... on Problem {{ code message }} }} }}"
    )
    return await run(court, document, who, input=given)


async def outstanding(court: rz.Court, as_of: str | None = None, who: Caller | None = HANDLER) -> Any:
    return await run(court, _OUTSTANDING, who, number=rz.NUMBER, asOf=as_of)


def due(found: Any, kind: str) -> str:
    return str(next(line["due"] for line in found["lines"] if line["kind"] == kind))


def left(found: Any, kind: str) -> str:
    return str(next(line["left"] for line in found["lines"] if line["kind"] == kind))
