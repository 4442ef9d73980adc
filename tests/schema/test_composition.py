"""The supergraph and the check of a member's schema: for the gateway's admins alone, with stable refusals."""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from graphql import Node, Visitor, build_schema, parse, print_ast, strip_ignored_characters, validate, visit

from api.graphql.over_http import MAX_BODY_BYTES
from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller, Role
from federation.graph import contract, reach
from federation.graph.compose import MAX_CHARACTERS, MAX_TOKENS, compose
from federation.graph.contract import Carry
from schema.gateway.context import GatewayContext
from schema.gateway.published import IDENTIFIERS, published
from schema.gateway.schema import SCHEMA
from schema.node.zone_part import PART_SCHEMA
from tests.enforcement.desk_zone import ADMIN, centre, open_desk
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2] / "schema"
SUPERGRAPH = (ROOT / "supergraph.graphql").read_text(encoding="utf-8")
CHECK = """query ($sdl: String!) { compositionCheck(sdl: $sdl) { __typename ... on Refusal { code part }
  ... on CompositionCheck { contract digest servesAll
    fields { field carry verdict contradictions { path kind } }
    breaking { kind description } dangerous { kind description } } } }"""


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        yield opened


async def ask(desk: GatewayDesk, query: str, caller: Caller | None, **variables: Any) -> Any:
    result = await SCHEMA.execute(query, variable_values=variables, context_value=GatewayContext(desk, caller, "en"))
    assert result.errors is None
    assert result.data is not None
    (value,) = result.data.values()
    return value


async def test_an_admin_reads_the_supergraph_with_number_and_digest(desk: GatewayDesk) -> None:
    found = await ask(desk, "{ supergraph { ... on Supergraph { sdl contract digest } } }", ADMIN)

    assert found == {"sdl": SUPERGRAPH, "contract": 1, "digest": hashlib.sha256(SUPERGRAPH.encode()).hexdigest()}


@pytest.mark.parametrize("query", ["{ supergraph { ... on Refusal { code } } }", CHECK])
@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (None, "NOT_SIGNED_IN"),
        (centre(KAIHUA), "FORBIDDEN"),
        (Caller("o-330824-07", KAIHUA, frozenset({Role.GATEWAY_ADMIN})), "FORBIDDEN"),
        (Caller("g-other", "gateway", frozenset({Role.DEVELOPER})), "FORBIDDEN"),
    ],
)
async def test_nobody_else_reads_or_checks(desk: GatewayDesk, query: str, caller: Caller | None, code: str) -> None:
    variables = {"sdl": SUPERGRAPH} if query is CHECK else {}

    assert (await ask(desk, query, caller, **variables))["code"] == code


async def test_the_contracts_own_text_serves_everything(desk: GatewayDesk) -> None:
    found = await ask(desk, CHECK, ADMIN, sdl=SUPERGRAPH)

    assert found["servesAll"]
    assert found["digest"] == published(SCHEMA).digest
    assert {field["field"] for field in found["fields"]} >= {"debtorProfile", "debtorPresence", "crossBorderMatrix"}
    assert {field["verdict"] for field in found["fields"]} == {"SERVED"}
    assert found["breaking"] == found["dangerous"] == []


async def test_a_nodes_text_serves_everything_at_its_root_or_under_zone(desk: GatewayDesk) -> None:
    node = (ROOT / "node.graphql").read_text(encoding="utf-8")

    found = await ask(desk, CHECK, ADMIN, sdl=node)

    assert [field for field in found["fields"] if field["contradictions"]] == []
    assert found["servesAll"]
    assert found["breaking"] == found["dangerous"] == []


async def test_a_contradiction_is_named_by_path_and_kind(desk: GatewayDesk) -> None:
    before = "hasOpenCases: Boolean! @merge(by: ANY)"
    assert before in SUPERGRAPH

    found = await ask(desk, CHECK, ADMIN, sdl=SUPERGRAPH.replace(before, "hasOpenCases: Boolean @merge(by: ALL)"))

    (unsupported,) = [field for field in found["fields"] if field["verdict"] == "UNSUPPORTED"]
    path = "Query.debtorPresence<DebtorPresence>.hasOpenCases"
    assert unsupported == {
        "field": "debtorPresence",
        "carry": "ENCRYPTED",
        "verdict": "UNSUPPORTED",
        "contradictions": [{"path": path, "kind": "MERGE_RULE"}, {"path": path, "kind": "NULLABILITY"}],
    }
    assert not found["servesAll"]
    assert [change["kind"] for change in found["breaking"]] == ["FIELD_CHANGED_KIND"]


@pytest.mark.parametrize(
    ("sdl", "part"),
    [
        ("", "FORM"),
        ("type Query { a: 李某 }", "FORM"),
        ("{ a }", "FORM"),
        ("#" * (MAX_CHARACTERS + 1), "SIZE"),
        ("type Query { " + "a: Int " * MAX_TOKENS + "}", "SIZE"),
        (" ".join(f"interface I{n} implements {' & '.join(f'I{m}' for m in range(99))} {{ a: Int }}" for n in range(99))
        + " type Query { a: Int }", "SIZE"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_by_part(desk: GatewayDesk, sdl: str, part: str) -> None:
    found = await ask(desk, CHECK, ADMIN, sdl=sdl)

    assert found == {"__typename": "Refusal", "code": "INVALID_SCHEMA", "part": part}


@pytest.mark.parametrize("name", ["node", "supergraph"])
async def test_a_members_text_without_descriptions_passes_the_door(desk: GatewayDesk, name: str) -> None:
    """Nor white space that means nothing."""
    described = parse((ROOT / f"{name}.graphql").read_text(encoding="utf-8"))
    bare = strip_ignored_characters(print_ast(visit(described, _Bare())))

    assert len(json.dumps({"query": CHECK, "variables": {"sdl": bare}}).encode()) < MAX_BODY_BYTES
    assert (await ask(desk, CHECK, ADMIN, sdl=bare))["__typename"] == "CompositionCheck"


def test_a_courts_clear_part_reaches_nobody_and_serves_the_clear_fields() -> None:
    part = PART_SCHEMA.as_str()
    stated = contract.read(part)
    assert set(stated.carry.values()) == {Carry.CLEAR}

    reach.check_member(stated, IDENTIFIERS)

    supergraph = published(SCHEMA).contract
    clear = {name for name, carry in supergraph.carry.items() if carry is Carry.CLEAR}
    assert {name: compose(supergraph, part).fields[name] for name in clear} == dict.fromkeys(clear, ())


def test_the_documented_check_fits_the_schema() -> None:
    guide = (ROOT.parent / "docs" / "graph.md").read_text(encoding="utf-8")
    (example,) = [
        block for block in re.findall(r"```graphql\n(.*?)```", guide, re.DOTALL) if "compositionCheck" in block
    ]

    assert validate(build_schema(SUPERGRAPH), parse(example)) == []


class _Bare(Visitor):
    def enter(self, node: Node, *_: Any) -> Any:
        if getattr(node, "description", None) is None:
            return None
        fields = {key: getattr(node, key) for key in node.keys if key != "description"}
        return type(node)(**fields)
