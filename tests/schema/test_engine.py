"""The engine of federated fields over a schema of no court's business: arguments, parts, refusals, keys of coverage."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, cast
from uuid import UUID

import orjson
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from enforcement.rules.refusals import Forbidden
from federation.ask.status import Reason, Status
from federation.graph.contract import Merge
from schema.engine import engine_of
from schema.enums import described
from schema.federated import Carry, Federated
from schema.problems import Refusal, problem_of
from schema.scalars import SCALARS, Money
from schema.zone.merging import merged

pytestmark = pytest.mark.anyio
CLEAR = Federated(carry=Carry.CLEAR)


class Colour(StrEnum):
    RED = "RED"
    GREEN = "GREEN"


described(Colour, "A colour.", {Colour.RED: "Red.", Colour.GREEN: "Green."})


@strawberry.input
class Filter:
    colours: list[Colour] | None = None
    since_on: date | None = None


@strawberry.type
class Shelf:
    said: str = merged(Merge.SAME, "What was asked.")


Result = Annotated[Shelf | Refusal, strawberry.union("ShelfResult")]


@dataclass(slots=True)
class Tally:
    rows: int = 1
    as_of: datetime | None = None
    extensions: dict[str, Any] = field(default_factory=dict)


@strawberry.type
class Roots:
    @strawberry.field(directives=[CLEAR])  # type: ignore[untyped-decorator]
    def shelf(
        self,
        scope: str,
        kinds: Filter | None = None,
        at: UUID | None = None,
        over: Money | None = None,
        first: int = 20,
        when: datetime | None = None,
    ) -> Result:
        if first < 1:
            return cast("Result", problem_of(Forbidden(), "en"))
        if first > 100:
            raise Forbidden
        if first == 13:
            raise ValueError("李样甲")
        return Shelf(said=f"{scope} {kinds} {at} {over} {first} {when}")


@strawberry.type
class Hall(Roots):
    name: str = "hall"


@strawberry.type
class Query(Roots):
    @strawberry.field
    def hall(self) -> Hall:
        return Hall()

    @strawberry.field
    def told(self, info: strawberry.Info[Any, None], kinds: Filter, at: UUID, over: Money, first: int = 7) -> str:
        """Its own arguments, as the engine reads them, and whether the operation has one federated field."""
        engine, raw = engine_of(info.schema), info._raw_info
        return orjson.dumps([engine.arguments(raw, besides=("first",)), engine.is_alone(raw)]).decode()


SCHEMA = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=dict(SCALARS)))
AT = "6f1e1a52-6d8f-4a53-9d1c-0d4f7a1b2c3d"


@dataclass(frozen=True, slots=True)
class Asked:
    arguments: dict[str, Any]
    selection: str = "{ ... on Shelf { said } }"
    field: str = "shelf"
    contract: int = 1


async def part(asked: Asked) -> tuple[Status, str | None, Any]:
    made = await engine_of(SCHEMA).part(asked, Tally(), Tally(), given={"scope": "here"})
    return made.status, made.code, orjson.loads(bytes(made.data))


async def test_arguments_are_read_by_their_types() -> None:
    given = {
        "kinds": {"colours": ["GREEN"], "sinceOn": "2025-07-01"},
        "at": AT,
        "over": "20.5",
        "first": 3,
        "when": "2025-07-14T09:00:00+08:00",
    }

    status, _, made = await part(Asked(given))

    assert status is Status.ANSWERED
    assert made["said"].startswith("here Filter(colours=[<Colour.GREEN: 'GREEN'>], since_on=datetime.date(2025, 7, 1))")
    assert made["said"].endswith(f"{AT} 20.5 3 2025-07-14 01:00:00+00:00")


async def test_what_is_left_out_has_its_default() -> None:
    assert (await part(Asked({})))[2] == {"said": "here None None None 20 None"}


@pytest.mark.parametrize(
    "given",
    [{"first": "x"}, {"kinds": {"colours": ["BLUE"]}}, {"kinds": {"who": 1}}, {"at": "x"}, {"first": None}],
    ids=str,
)
async def test_values_of_another_type_are_malformed(given: dict[str, Any]) -> None:
    assert await part(Asked(given)) == (Status.REFUSED, Reason.MALFORMED, None)


@pytest.mark.parametrize("given", [{"scope": "there"}, {"who": 1}, {"": 1}], ids=str)
async def test_arguments_that_are_nobodys_choice_are_unsupported(given: dict[str, Any]) -> None:
    assert await part(Asked(given)) == (Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD, None)


@pytest.mark.parametrize("asked", [Asked({}, field="hall"), Asked({}, field="told"), Asked({}, field="nowhere")])
async def test_only_federated_fields_have_parts(asked: Asked) -> None:
    assert await part(asked) == (Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD, None)


@pytest.mark.parametrize("first", [0, 101])
async def test_refusals_by_value_or_by_rule_are_refusals(first: int) -> None:
    assert await part(Asked({"first": first})) == (Status.REFUSED, Reason.OTHER, None)


async def test_refusal_is_seen_whatever_is_selected() -> None:
    asked = Asked({"first": 0}, selection="{ __typename ... on Refusal { code message } }")

    assert await part(asked) == (Status.REFUSED, Reason.OTHER, None)


@pytest.mark.parametrize(
    "selected",
    [
        "... on Shelf { _code: said }",
        "... on Refusal { _code: message _code_: code } ... on Shelf { _code: said }",
        "_code: __typename ... on Shelf { _code_: said }",
    ],
)
async def test_keys_of_refusals_are_free_for_requests(selected: str) -> None:
    found = await part(Asked({}, selection=f"{{ {selected} }}"))
    refused = await part(Asked({"first": 0}, selection=f"{{ {selected} }}"))

    assert found[0] is Status.ANSWERED
    assert "here None None None 20 None" in found[2].values()
    assert found[2].keys() <= {"_code", "_code_"}
    assert refused == (Status.REFUSED, Reason.OTHER, None)


async def test_fault_has_no_words(caplog: pytest.LogCaptureFixture) -> None:
    assert await part(Asked({"first": 13})) == (Status.FAULTY, Reason.INTERNAL, None)
    assert "李样甲" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("schema"))


async def told(document: str, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variable_values=variables)
    assert result.errors is None, result.errors
    assert result.data is not None
    return orjson.loads(result.data["told"])


async def test_requests_arguments_are_plain_again() -> None:
    literal = f'kinds: {{ colours: [RED], sinceOn: "2025-07-01" }}, at: "{AT}", over: "20.50"'
    as_variables = {"kinds": {"colours": ["RED"], "sinceOn": "2025-07-01"}, "at": AT, "over": "20.50"}
    declared = "query ($kinds: Filter!, $at: UUID!, $over: Money!, $colours: [Colour!], $none: Date, $first: Int = 1)"

    by_literal, _ = await told(f"{{ told({literal}, first: 3) }}")
    by_variable, _ = await told(
        declared.replace(", $colours: [Colour!], $none: Date, $first: Int = 1", "")
        + " { told(kinds: $kinds, at: $at, over: $over) }",
        **as_variables,
    )
    mixed, _ = await told(
        declared.replace("$kinds: Filter!, ", "")
        + " { told(kinds: { colours: $colours, sinceOn: $none }, at: $at, over: $over, first: $first) }",
        at=AT.upper(),
        over="20.5",
        colours="RED",
    )

    assert by_literal == by_variable == as_variables
    assert mixed == {"kinds": {"colours": ["RED"]}, "at": AT, "over": "20.50"}


ASKS_ITSELF = f'told(kinds: {{}}, at: "{AT}", over: "1")'


@pytest.mark.parametrize(
    ("fields", "alone"),
    [
        ("", True),
        ('shelf(scope: "x") { __typename }', True),
        ('hall { shelf(scope: "x") { __typename } }', True),
        ("hall { ... { ...two } }", False),
        ('hall { shelf(scope: "x") { __typename } } shelf(scope: "x") { __typename }', False),
        ('a: hall { shelf(scope: "x") { __typename } } b: hall { shelf(scope: "x") { __typename } }', False),
        ('hall { shelf(scope: "x") { __typename } } hall { shelf(scope: "x") { __typename } name }', True),
    ],
)
async def test_federated_fields_are_counted_below_the_root_too(fields: str, alone: bool) -> None:
    two = 'fragment two on Hall { shelf(scope: "x") { __typename } b: shelf(scope: "x") { __typename } }'
    document = f"{{ {ASKS_ITSELF} {fields} }}" + (two if "two" in fields else "")

    assert (await told(document))[1] is alone
