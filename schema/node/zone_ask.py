"""What it takes to pass a piece of an officer's document on to the gateway, and to read the signed answer.

The piece is written as a document of its own with the variables that it uses, signed for the officer, and posted -> the
answer's binding and signature are verified. Its shape is checked by who knows the types.

Invariant: the officer's offices are not said; the gateway has them from the directory.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from db.ids import new_id
from enforcement.court import CourtNode
from federation.clear import passing, passing_live
from federation.clear.passing import NoAnswer, ZoneAnswer, ZoneRequest
from federation.clear.passing_live import Place
from federation.graph import selection
from federation.graph.selection import Selection
from federation.rules.freshness import FRESH
from federation.wire import errors, statement
from federation.wire.statement import Statement
from schema import values
from schema.context import NodeContext
from schema.messages import message
from schema.splice import PassedError

UNREACHABLE: Final = "GATEWAY_UNREACHABLE"
FAULTY: Final = "GATEWAY_FAULTY"
MOST_ROWS: Final = 20_000
"""In one list of a whole answer: as many as the longest list of the gateway may have."""
_PASSED_CODES: Final = frozenset({"MEMBERSHIP_SUSPENDED", "FORBIDDEN", "UNSUPPORTED_CONTRACT"})
_TOO_MANY: Final = "TOO_MANY_REQUESTS"
_A_MINUTE_S: Final = 60  # when the gateway counts anew, if it does not say
_LONGEST: Final = 300


def cut(
    info: GraphQLResolveInfo[Any],
    nodes: Sequence[FieldNode],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Selection:
    """What `nodes` select; variables in arguments stay as they are written."""
    given: Any = info.variable_values
    text = selection.cut(nodes, fragments, getattr(given, "coerced", given))
    document = parse(text, no_location=True)
    (operation,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    kept = {d.name.value: d for d in document.definitions if d is not operation and hasattr(d, "name")}
    return Selection(text, operation.selection_set, kept)  # type: ignore[arg-type]  # what is left are fragments


def document(
    info: GraphQLResolveInfo[Any], chosen: Selection, field: str, on: str, *, more: Mapping[str, str] | None = None
) -> str:
    """A document of the selection alone: one operation of the same kind, one root field that returns an `on`.

    `field` is that root field as it is written, with its arguments; `more` declares variables of ours by type.
    """
    name = "Chosen"
    while name in chosen.fragments:
        name += "_"
    declared = _declared(info, chosen)
    declared += [f"${variable}: {kind}" for variable, kind in (more or {}).items()]
    head = info.operation.operation.value + (f" ({', '.join(declared)})" if declared else "")
    return f"{head} {{ {field} {{ ...{name} }} }} fragment {name} on {on} {chosen.text}"


def live_document(info: GraphQLResolveInfo[Any], chosen: Selection) -> str:
    """A document of `chosen`, which is selected at the root of subscriptions."""
    declared = _declared(info, chosen)
    return "subscription" + (f" ({', '.join(declared)}) " if declared else " ") + chosen.text


def _declared(info: GraphQLResolveInfo[Any], chosen: Selection) -> list[str]:
    """The declarations of the variables that the selection uses."""
    used = _used(chosen)
    return [print_ast(d) for d in info.operation.variable_definitions or () if d.variable.name.value in used]


def variables(info: GraphQLResolveInfo[Any], chosen: Selection) -> dict[str, Any]:
    """The values of the variables that the selection uses."""
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


def request(context: NodeContext, text: str, given: dict[str, Any]) -> tuple[ZoneRequest, bytes]:
    """The signed request for the document `text`, as a value and as its bytes.

    Raises:
        GraphQLError: NOT_SIGNED_IN; NOT_A_MEMBER: the gateway does not know this court yet; or SELECTION_NOT_SENDABLE:
            it is too long.
    """
    court, caller = context.court, context.caller
    if caller is None:
        raise error("NOT_SIGNED_IN", context.language)
    if not court.directory.current().is_listed(court.code):
        raise error("NOT_A_MEMBER", context.language)
    now = court.clock.now()
    made = ZoneRequest(
        id=new_id(now),
        contract=court.contract,
        officer=caller.officer_id,
        document=text,
        variables=given,
        language=context.language,
        issued=now,
        expires=now + FRESH,
    )
    try:
        version = court.directory.current().version
        return made, passing.write_request(made, author=court.code, directory=version, signer=court.signer)
    except errors.TooLong:
        raise GraphQLError("the selection cannot be sent", extensions={"code": "SELECTION_NOT_SENDABLE"}) from None


async def ask(context: NodeContext, text: str, given: dict[str, Any]) -> ZoneAnswer:
    """The gateway's answer to the document `text`.

    Raises:
        GraphQLError: as for `request`; GATEWAY_UNREACHABLE, GATEWAY_FAULTY, TOO_MANY_REQUESTS, or the gateway's
            refusal of this court.
    """
    court = context.court
    made, raw = request(context, text, given)
    try:
        return await _open(court, made, statement.digest(raw), await court.zone.post(raw))
    except NoAnswer as refused:
        raise unanswered(refused, context.language) from None
    except (passing.Malformed, errors.WireError):
        raise error(FAULTY, context.language) from None


async def follow(context: NodeContext, text: str, given: dict[str, Any]) -> AsyncGenerator[ZoneAnswer, None]:
    """The gateway's answers to the subscription `text`, as they come.

    Raises:
        GraphQLError: as for `ask`; after answers too, when there should have been more of them.
    """
    court = context.court
    made, raw = request(context, text, given)
    place = Place(made.id, statement.digest(raw), 0)
    try:
        async with aclosing(passing_live.follow(court.zone, raw)) as frames:
            async for frame in frames:
                said, answer = passing_live.parse_frame(frame, place)
                await _verify(court, said)
                if answer is None:
                    return
                yield answer
                place = replace(place, number=place.number + 1)
    except NoAnswer as refused:
        raise unanswered(refused, context.language) from None
    except (passing.Malformed, errors.WireError):
        raise error(FAULTY, context.language) from None
    raise error(UNREACHABLE, context.language)


async def _open(court: CourtNode, made: ZoneRequest, digest: str, raw: bytes) -> ZoneAnswer:
    """What the gateway says, once form, binding and signature hold."""
    said, answer = passing.parse_answer(raw, re=made.id, re_digest=digest)
    await _verify(court, said)
    return answer


async def _verify(court: CourtNode, said: Statement) -> None:
    """Return if the gateway signed it; a newer directory is fetched first. Raises WireError."""
    if said.directory > court.directory.current().version:
        await court.fetch()
    court.directory.verify_said(said, court.clock.now())


def unanswered(refused: NoAnswer, language: str) -> GraphQLError:
    """Why there is no answer: of the gateway's codes those that an officer is to know."""
    if refused.code == _TOO_MANY:
        again_s = _A_MINUTE_S if refused.retry_after_s is None else refused.retry_after_s
        return GraphQLError(
            "ask later", extensions={"code": _TOO_MANY, "retryAfterS": again_s}
        )  # the door has the text
    code = refused.code if refused.code in _PASSED_CODES else UNREACHABLE
    return error(code or UNREACHABLE, language)


def error_of(told: Mapping[str, Any], *, below: int = 1) -> PassedError:
    """One error of the gateway's response, its path without the first `below` keys."""
    path, extensions = told.get("path"), told.get("extensions")
    return PassedError(
        message=str(told.get("message", ""))[:_LONGEST],
        path=tuple(path[below:]) if isinstance(path, list) and all(isinstance(key, str | int) for key in path) else (),
        extensions={
            name: value
            for name, value in (extensions.items() if isinstance(extensions, dict) else ())
            if isinstance(value, str | int) and len(str(value)) <= _LONGEST
        },
    )


def error(code: str, language: str) -> GraphQLError:
    """The error of a field that the gateway did not answer."""
    return GraphQLError(message(code, language), extensions={"code": code})
