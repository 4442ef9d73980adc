"""What the engine keeps of documents and selections is what it would find again."""

from typing import Any

import orjson
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from federation.graph.compiled import CompiledRendering
from federation.graph.contract import Merge
from federation.graph.derive import percentage
from federation.graph.render import Rendering
from schema.engine import Engine, engine_of
from schema.federated import Federated
from schema.scalars import SCALARS, BigInt
from schema.zone.merging import merged

pytestmark = pytest.mark.anyio


@strawberry.type
class Pile:
    high: BigInt = merged(Merge.SUM, "")
    wide: BigInt = merged(Merge.SUM, "")
    share: str | None = merged(Merge.DERIVED, "")


@strawberry.type
class Query:
    @strawberry.field(directives=[Federated()])  # type: ignore[untyped-decorator]
    def pile(self) -> Pile:
        return Pile(high=BigInt(1), wide=BigInt(2), share=None)

    @strawberry.field
    def asked(self, info: strawberry.Info[Any, None], of: int = 0) -> Pile:
        """What would be asked of courts, as the name of a share."""
        engine, raw = engine_of(info.schema), info._raw_info
        chosen = engine.cut(raw)
        info.context.append((chosen.text, engine.is_alone(raw), engine.arguments(raw, besides=())))
        return Pile(high=BigInt(1), wide=BigInt(2), share=None)


SCHEMA = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=dict(SCALARS)))


async def asked(document: str, **variables: Any) -> list[tuple[str, bool, dict[str, Any]]]:
    told: list[tuple[str, bool, dict[str, Any]]] = []
    result = await SCHEMA.execute(document, variable_values=variables, context_value=told)
    assert result.errors is None
    return told


async def test_variables_decide_anew_in_every_request() -> None:
    document = """
      query ($wide: Boolean!) { asked { high ...more } pile { high } }
      fragment more on Pile { wide @include(if: $wide) }
    """

    seen = [(await asked(document, wide=wide))[0][0] for wide in (True, False, True)]

    assert seen[0] == seen[2] == "{ high ...more } fragment more on Pile { wide }"
    assert "wide" not in seen[1]


async def test_two_documents_are_never_taken_for_each_other() -> None:
    documents = [
        f"{{ asked {{ {fields} }} {more} }}"
        for fields in ("high", "wide")
        for more in ("", "pile { high }", "a: pile { high } pile { wide }")
    ]

    first = [await asked(document) for document in documents]
    second = [await asked(document) for document in reversed(documents)]

    assert second == list(reversed(first))
    assert {told[0][0] for told in first} == {"{ high }", "{ wide }"}
    assert [told[0][1] for told in first] == [True, True, False] * 2


async def test_arguments_are_read_in_every_request() -> None:
    document = "query ($of: Int!) { a: asked(of: $of) { high } b: asked { high } }"

    told = [await asked(document, of=of) for of in (1, 2)]

    assert [[arguments for _, _, arguments in each] for each in told] == [[{"of": 1}, {}], [{"of": 2}, {}]]


def test_compiling_can_be_turned_off() -> None:
    engine = Engine(SCHEMA)
    chosen = engine._sendable("{ high }")
    part = orjson.dumps({"high": 1})
    kinds, answers = [], []

    for is_wanted in (True, False):
        engine.compile_readings(is_wanted=is_wanted)
        read = engine.reading("pile", chosen)
        kinds.append(type(read.rendering))
        answers.append(read.rendering.render({"a": read.check(part), "b": read.check(part)}, {}).data)

    assert kinds == [CompiledRendering, Rendering]
    assert answers == [{"high": 2}, {"high": 2}]


def test_only_what_is_compiled_is_kept() -> None:
    engine = Engine(SCHEMA)
    small, many = engine._sendable("{ high }"), engine._sendable(f"{{ {' '.join(f'h{n}: high' for n in range(60))} }}")
    engine.compile_readings(is_wanted=True)

    assert engine.reading("pile", small) is engine.reading("pile", small)
    assert engine.reading("pile", many) is engine.reading("pile", many)

    engine.compile_readings(is_wanted=False)
    assert engine.reading("pile", small) is not engine.reading("pile", small)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_formulas_see_what_was_asked_beside(is_wanted: bool) -> None:
    engine = Engine(SCHEMA)
    engine.compile_readings(is_wanted=is_wanted)
    formulas = {("Pile", "share"): percentage("high", "wide")}
    chosen = engine._sendable("{ share }")
    sent = engine.widened("pile", chosen, formulas)
    read = engine.reading("pile", chosen, sent)
    keys = {
        nodes[0].name.value: key
        for key, nodes in sent.fields(engine.contract.schema, engine.contract.answers["pile"]).items()
    }
    part = read.check(orjson.dumps({keys["share"]: None, keys["high"]: 1, keys["wide"]: 3}))

    derived = engine.derived("pile", sent, {"a": part, "b": part}, formulas)

    assert derived == {"share": "33.3"}
    assert read.rendering.render({"a": part, "b": part}, derived).data == {"share": "33.3"}
