"""`zone` at the node's door: an officer's clear fields, passed on to the gateway and returned as they come.

The selection is cut out of the document -> it is written as a document of its own with the variables that it uses,
signed for the officer, and posted -> the answer's binding and signature are verified, its shape is checked -> it is
spliced in; its errors and its coverage stand in the response as if they had been found here.

Invariant: the officer's offices are not said; the gateway has them from the directory.
"""

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)

from db.ids import new_id
from enforcement.court import CourtNode
from federation.clear import passing
from federation.clear.passing import NoAnswer, ZoneAnswer, ZoneRequest
from federation.graph import selection, shape
from federation.graph.selection import Selection
from federation.rules.freshness import FRESH
from federation.wire import errors, statement
from schema import values
from schema.context import NodeContext
from schema.engine import engine_of
from schema.messages import message
from schema.splice import Passed, PassedError

UNREACHABLE: Final = "GATEWAY_UNREACHABLE"
FAULTY: Final = "GATEWAY_FAULTY"
_PASSED_CODES: Final = frozenset({"MEMBERSHIP_SUSPENDED", "FORBIDDEN"})
_TOO_MANY: Final = "TOO_MANY_REQUESTS"
_A_MINUTE_S: Final = 60  # when the gateway counts anew, if it does not say
_COVERAGE: Final = "coverage"
_ONE: Final = "inScope"  # a member of a coverage, and of no set of named ones
_LONGEST: Final = 300
_MOST_ROWS: Final = 20_000
"""In one list of a whole answer: as many as the longest list of the gateway may have."""


async def pass_on(_root: object, info: GraphQLResolveInfo[Any], **_arguments: object) -> Passed:
    """The value of `zone`, as the gateway gives it.

    Raises:
        GraphQLError: GATEWAY_UNREACHABLE, GATEWAY_FAULTY, TOO_MANY_REQUESTS, or the gateway's refusal of this court.
    """
    context: NodeContext = info.context
    chosen = _cut(info)
    answer = await _ask(context, _document(info, chosen), _variables(info, chosen))
    _note_coverage(context, info, answer.extensions)
    returned = get_named_type(info.return_type)
    assert isinstance(returned, GraphQLObjectType)  # declared so
    return Passed(_checked(info.schema, returned, chosen, answer.zone), tuple(map(_error_of, answer.errors)))


def _cut(info: GraphQLResolveInfo[Any]) -> Selection:
    """What is selected under `zone`; variables in arguments stay as they are written."""
    given: Any = info.variable_values
    text = selection.cut(info.field_nodes, info.fragments, getattr(given, "coerced", given))
    document = parse(text, no_location=True)
    (operation,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    fragments = {d.name.value: d for d in document.definitions if d is not operation and hasattr(d, "name")}
    return Selection(text, operation.selection_set, fragments)  # type: ignore[arg-type]  # what is left are fragments


def _document(info: GraphQLResolveInfo[Any], chosen: Selection) -> str:
    """The document of the selection alone: one operation of the same kind, one root field."""
    name = "Chosen"
    while name in chosen.fragments:
        name += "_"
    used = _used(chosen)
    declared = [d for d in info.operation.variable_definitions or () if d.variable.name.value in used]
    head = info.operation.operation.value + (f" ({', '.join(map(print_ast, declared))})" if declared else "")
    returned = get_named_type(info.return_type).name
    return f"{head} {{ {info.field_name} {{ ...{name} }} }} fragment {name} on {returned} {chosen.text}"


def _variables(info: GraphQLResolveInfo[Any], chosen: Selection) -> dict[str, Any]:
    used = _used(chosen)
    return {name: value for name, value in values.variables(info.schema, info).items() if name in used}


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


def _used(chosen: Selection) -> set[str]:
    found = _Variables()
    for node in (chosen.selection_set, *chosen.fragments.values()):
        visit(node, found)
    return found.names


async def _ask(context: NodeContext, document: str, variables: dict[str, Any]) -> ZoneAnswer:
    court, caller = context.court, context.caller
    if caller is None:
        raise _error("NOT_SIGNED_IN", context.language)
    now = court.clock.now()
    request = ZoneRequest(
        id=new_id(now),
        officer=caller.officer_id,
        document=document,
        variables=variables,
        language=context.language,
        issued=now,
        expires=now + FRESH,
    )
    try:
        version = court.directory.current().version
        raw = passing.write_request(request, author=court.code, directory=version, signer=court.signer)
        return await _open(court, request, statement.digest(raw), await court.zone.post(raw))
    except errors.TooLong:
        raise GraphQLError("the selection cannot be sent", extensions={"code": "SELECTION_NOT_SENDABLE"}) from None
    except NoAnswer as refused:
        if refused.code == _TOO_MANY:
            raise GraphQLError("ask later", extensions=_again(refused.retry_after_s)) from None
        code = refused.code if refused.code in _PASSED_CODES else UNREACHABLE
        raise _error(code or UNREACHABLE, context.language) from None
    except (passing.Malformed, errors.WireError):
        raise _error(FAULTY, context.language) from None


def _again(retry_after_s: int | None) -> dict[str, Any]:
    """As at the node's own door, which has the text."""
    return {"code": _TOO_MANY, "retryAfterS": _A_MINUTE_S if retry_after_s is None else retry_after_s}


async def _open(court: CourtNode, request: ZoneRequest, digest: str, raw: bytes) -> ZoneAnswer:
    """What the gateway says, once form, binding and signature hold. A newer directory is fetched first."""
    said, answer = passing.parse_answer(raw, re=request.id, re_digest=digest)
    if said.directory > court.directory.current().version:
        await court.fetch()
    court.directory.verify_said(said, court.clock.now())
    return answer


def _checked(schema: GraphQLSchema, returned: GraphQLObjectType, chosen: Selection, raw: bytes) -> Any:
    if raw == b"null":
        return None
    try:
        return shape.check(schema, returned, chosen, raw, most_rows=_MOST_ROWS, is_named=False, is_sum=True)
    except shape.WrongShape:
        raise GraphQLError(message(FAULTY, "en"), extensions={"code": FAULTY}) from None


def _note_coverage(context: NodeContext, info: GraphQLResolveInfo[Any], extensions: Mapping[str, Any]) -> None:
    """The gateway names coverage by its own document's paths, if it has several: here the key may be another."""
    told = extensions.get(_COVERAGE)
    if not isinstance(told, dict):
        return
    schema: Any = info.schema
    paths = engine_of(schema._strawberry_schema).federated_paths(info)  # noqa: SLF001 - strawberry's own way back
    key = str(info.path.key)
    own = [path for path in paths if path.startswith(key + ".")]
    if _ONE in told and own:
        told = {own[0]: told}
    else:
        told = {key + path.removeprefix(info.field_name): coverage for path, coverage in told.items()}
    if len(paths) == 1:
        context.extensions[_COVERAGE] = next(iter(told.values()))
    else:
        context.extensions.setdefault(_COVERAGE, {}).update(told)


def _error_of(told: Mapping[str, Any]) -> PassedError:
    """One error of the gateway's response, its path below `zone`."""
    path, extensions = told.get("path"), told.get("extensions")
    return PassedError(
        message=str(told.get("message", ""))[:_LONGEST],
        path=tuple(path[1:]) if isinstance(path, list) else (),
        extensions={
            name: value
            for name, value in (extensions.items() if isinstance(extensions, dict) else ())
            if isinstance(value, str | int) and len(str(value)) <= _LONGEST
        },
    )


def _error(code: str, language: str) -> GraphQLError:
    return GraphQLError(message(code, language), extensions={"code": code})
