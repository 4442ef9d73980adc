"""Checking and rendering compiled from a selection: the same verdicts and the same answers, in a fraction of the time.

The selection becomes a tree of struct types. A part that decodes as one, and is the very text that the decoded value
is written as, has exactly the selected keys, each once, with the types, nulls and bounds of the contract; whatever else
there is goes the plain way (`shape`), which alone says no. The texts of a part's members are kept, and an answer is put
together from them: what was checked as text is not made again.

Invariant: nothing passes here that does not pass there. Docs/decisions/0076 says how that is held.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from types import GenericAlias, MappingProxyType
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID

import msgspec
import orjson
from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_scalar_type,
)
from msgspec import Meta

from federation.graph import shape
from federation.graph.contract import Contract, Merge
from federation.graph.page import Taken
from federation.graph.render import Part, Rendered, Rendering, merged
from federation.graph.selection import Selection
from federation.graph.shape import MAX_LIST, MAX_TEXT

MAX_OBJECTS: Final = 40
MAX_MEMBERS: Final = 300
"""Of a selection that is compiled, at all levels: types cost memory, and as much time as checking some rows."""
_TYPENAME: Final = "__typename"
_LEAP_YEAR: Final = "(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)"
_DAY: Final = (
    "(?:[12][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
)
_HOUR: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_INSTANT: Final = rf"\A{_DAY}T{_HOUR}:[0-5][0-9](?:\.[0-9]{{1,6}})?(?:Z|[+-]{_HOUR})\Z"
"""Every instant of the years 1000 to 2999."""
_TEXT: Final = Annotated[str, Meta(max_length=MAX_TEXT)]
_LEAVES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "Int": Annotated[int, Meta(ge=-(2**31), lt=2**31)],
        "BigInt": Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | Annotated[str, Meta(pattern=r"\A-?[0-9]{1,19}\Z")],
        "Boolean": bool,
        "Money": Annotated[str, Meta(pattern=r"\A-?[0-9]{1,15}\.[0-9][0-9]\Z")],
        "Date": date,
        "DateTime": Annotated[str, Meta(pattern=_INSTANT)],
        "UUID": UUID,
    }
)
"""What a scalar decodes as; any other one is text of bounded length, and `Float` is not compiled."""

_write: Final = msgspec.json.Encoder().encode


class NotCompiled(Exception):
    """The selection has something in it that goes the plain way as a whole."""


class CheckedPart(Mapping[str, Any]):
    """A part as the texts of its members; `rows` has the lists of those of rule PAGE, whose items are only written."""

    __slots__ = ("rows", "texts")

    def __init__(self, texts: dict[str, bytes], rows: dict[str, list[Any]]) -> None:
        self.texts = texts
        self.rows = rows

    def __getitem__(self, key: str) -> Any:
        rows = self.rows.get(key)
        return orjson.loads(self.texts[key]) if rows is None else rows

    def __iter__(self) -> Any:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


class CompiledCheck:
    """The check of parts; what is not settled at once, `shape` decides."""

    def __init__(self, contract: Contract, answer: GraphQLObjectType, selection: Selection) -> None:
        """Raises NotCompiled."""
        self._decode = msgspec.json.Decoder(_Types(contract.schema, selection).object(answer, ())).decode
        fields = selection.fields(contract.schema, answer)
        self._keys = tuple(fields)
        self._paged = tuple(
            (place, key)
            for place, (key, nodes) in enumerate(fields.items())
            if contract.rule(answer.name, nodes[0].name.value) is Merge.PAGE
        )
        self._frame = _frame(self._keys)
        self._plain = cache(lambda: shape.compiled(contract.schema, answer, selection))

    def __call__(self, raw: bytes) -> CheckedPart:
        """Raises WrongShape."""
        try:
            values = msgspec.structs.astuple(self._decode(raw))
            texts = tuple(map(_write, values))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return self._checked_plainly(raw)
        if self._frame % texts != raw:
            return self._checked_plainly(raw)
        return CheckedPart(
            dict(zip(self._keys, texts, strict=True)), {key: values[place] for place, key in self._paged}
        )

    def _checked_plainly(self, raw: bytes) -> CheckedPart:
        value = self._plain()(raw)
        texts = {key: orjson.dumps(value[key]) for key in self._keys}
        return CheckedPart(texts, {key: value[key] for _, key in self._paged})


class CompiledRendering(Rendering):
    """Answers as text, of parts that a `CompiledCheck` has passed."""

    def __init__(self, contract: Contract, answer: GraphQLObjectType, selection: Selection) -> None:
        super().__init__(contract, answer, selection)
        self._frame = _frame(tuple(member.key for member in self.members))

    def render(self, parts: Mapping[str, Part], derived: Mapping[str, Any], page: Sequence[Taken] = ()) -> Rendered:
        """As the plain rendering."""
        checked = cast("Mapping[str, CheckedPart]", parts)
        ordered = [checked[court] for court in sorted(checked)]
        texts: list[bytes] = []
        for member in self.members:
            if member.show is not None:
                texts.append(orjson.dumps(member.show(derived[member.name])))
            elif member.rule is Merge.PAGE:
                rows = [_write(checked[court].rows[member.key][row]) for court, row in page]
                texts.append(b"[%b]" % b",".join(rows))
            elif member.rule is Merge.CONCAT:
                texts.append(_joined([part.texts[member.key] for part in ordered]))
            else:
                texts.append(orjson.dumps(merged(member, ordered)))
        return Rendered(self._frame % tuple(texts))


def _joined(lists: Sequence[bytes]) -> bytes:
    """The lists as one; null says nothing, and null alone gives null."""
    said = [text for text in lists if text != b"null"]
    return b"[%b]" % b",".join([text[1:-1] for text in said if text != b"[]"]) if said else b"null"


def _frame(keys: Sequence[str]) -> bytes:
    """What stands around the texts of an object's members."""
    return b"{%b}" % b",".join(b'"%b":%%b' % key.encode() for key in keys)


class _Types:
    """One walk over the selection, from which the types come."""

    def __init__(self, schema: GraphQLSchema, selection: Selection) -> None:
        self._schema = schema
        self._selection = selection
        self._objects = self._members = 0

    def object(self, runtime: GraphQLObjectType, nodes: tuple[FieldNode, ...]) -> type[msgspec.Struct]:
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        fields = self._selection.fields(self._schema, runtime, *sets)
        self._objects += 1
        self._members += len(fields)
        if self._objects > MAX_OBJECTS or self._members > MAX_MEMBERS:
            raise NotCompiled
        members = [(f"m{place}", self._member(runtime, tuple(found))) for place, found in enumerate(fields.values())]
        names = {f"m{place}": key for place, key in enumerate(fields)}
        # no cycle can go through decoded JSON: the collector need not look at it
        return msgspec.defstruct(runtime.name, members, forbid_unknown_fields=True, rename=names, gc=False)

    def _member(self, runtime: GraphQLObjectType, nodes: tuple[FieldNode, ...]) -> Any:
        name = nodes[0].name.value
        return Literal[runtime.name] if name == _TYPENAME else self._any(runtime.fields[name].type, nodes)

    def _any(self, declared: GraphQLOutputType, nodes: tuple[FieldNode, ...]) -> Any:
        if is_non_null_type(declared):
            return self._present(declared.of_type, nodes)
        return self._present(declared, nodes) | None

    def _present(self, declared: GraphQLOutputType, nodes: tuple[FieldNode, ...]) -> Any:
        if is_list_type(declared):
            return Annotated[GenericAlias(list, (self._any(declared.of_type, nodes),)), Meta(max_length=MAX_LIST)]
        if is_object_type(declared):
            return self.object(declared, nodes)
        if is_enum_type(declared):
            return Literal[tuple(declared.values)]
        if is_scalar_type(declared) and declared.name != "Float":
            return _LEAVES.get(declared.name, _TEXT)
        raise NotCompiled
