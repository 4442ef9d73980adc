"""Bad input through the node's GraphQL: what to send, and all that a refusal has to keep.

A refusal has a stable code and words in both languages, says which part of the input is wrong, repeats nothing that was
sent, writes and queues nothing at either court, and stands in the audit trail.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLUnionType, get_named_type, is_leaf_type

from enforcement.court import CourtNode
from enforcement.rules.rights import Caller
from schema.context import NodeContext
from schema.messages import TEXTS
from schema.node.schema import SCHEMA
from tests.enforcement.task_zone import HANDLER
from tests.federation.zone import KAIHUA
from tests.schema.bad_input_stage import Stage

_TABLES: Final = """
    SELECT tablename FROM pg_tables
     WHERE schemaname = 'public' AND tablename NOT IN ('audit_queue', 'audit_events') ORDER BY 1
"""
_ROWS: Final = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"
_TRIED: Final = "DELETE FROM audit_queue WHERE action = 'REFUSED_ACT' RETURNING officer, outcome, sections, object_id"
_SHORTEST: Final = 4
_WORD: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")

Given = Callable[[Stage], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Bad:
    """One way to be refused: which act, by whom, with what; how the answer says what is wrong, and what it carries.

    `while_`: SQL that makes it so at both courts, and SQL that undoes it.
    """

    code: str
    act: str
    given: Given
    caller: Caller = HANDLER
    part: str | None = None
    carries: dict[str, Any] = field(default_factory=dict)
    while_: tuple[str, str] | None = None


def _field(act: str) -> Any:
    acts: Any = SCHEMA._schema.mutation_type  # graphql-core's own schema
    return acts.fields[act]


def document(act: str) -> str:
    """The mutation, with all that each of its problems carries; fields of a type are aliased by its name."""
    answer, given = get_named_type(_field(act).type), _field(act).args["input"].type
    assert isinstance(answer, GraphQLUnionType)
    problems = [kind for kind in answer.types if any(each.name == "Problem" for each in kind.interfaces)]
    own = [
        f"... on {kind.name} {{ "
        + " ".join(f"{kind.name}_{name}: {name}" + _below(each.type) for name, each in kind.fields.items())
        + " }"
        for kind in problems
    ]
    return f"mutation M($input: {given}) {{ {act}(input: $input) {{ __typename {' '.join(own)} }} }}"


def _below(kind: Any) -> str:
    named = get_named_type(kind)
    return "" if is_leaf_type(named) else " { " + " ".join(named.fields) + " }"


async def ask(court: CourtNode, caller: Caller | None, act: str, given: dict[str, Any], language: str = "en") -> Any:
    """The answer's fields by their plain names."""
    context = NodeContext(court, caller, "zh" if language == "zh" else "en")
    answer = await SCHEMA.execute(document(act), {"input": given}, context)
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return {name.rpartition("_")[2] or name: value for name, value in answer.data[act].items() if name != "__typename"}


async def refused(stage: Stage, bad: Bad, court: CourtNode | None = None) -> dict[str, Any]:
    """The problem, once everything that a refusal has to keep was found kept."""
    given, court = bad.given(stage), court or stage.court_of(bad.caller)
    before = [await rows(node) for node in stage.nodes]
    await court.pool.execute(_TRIED)

    english: dict[str, Any] = await ask(court, bad.caller, bad.act, given)
    chinese = await ask(court, bad.caller, bad.act, given, "zh")

    assert english.get("code") == bad.code, english
    assert (chinese["message"], english["message"]) == TEXTS[bad.code]
    assert english | {"message": ""} == chinese | {"message": ""}
    told = json.dumps([english, chinese], ensure_ascii=False)
    meant = json.dumps(bad.carries, ensure_ascii=False)
    assert [text for text in words(given) if text in told and text not in meant] == []
    assert [await rows(node) for node in stage.nodes] == before
    tried = [tuple(row) for row in await court.pool.fetch(_TRIED)]
    assert [row[:3] for row in tried] == [(bad.caller.officer_id, bad.code, [bad.act])] * 2
    return english


async def rows(node: CourtNode) -> dict[str, str]:
    """A digest of every row of every table but the audit trail's."""
    async with node.pool.acquire() as conn:
        names = [row[0] for row in await conn.fetch(_TABLES)]
        return {row[0]: row[1] for row in await conn.fetch(" UNION ALL ".join(_ROWS.format(name) for name in names))}


def words(given: Any) -> Iterator[str]:
    """Every text that was sent, but enum values and ids: what a refusal must not repeat."""
    if isinstance(given, dict):
        given = [value for key, value in given.items() if key != "part"]
    if isinstance(given, list):
        for each in given:
            yield from words(each)
    elif isinstance(given, str) and len(given) >= _SHORTEST and not set(given) <= _WORD and given != KAIHUA:
        yield given
