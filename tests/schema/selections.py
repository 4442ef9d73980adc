"""Selections on an answer type as clients may write them: aliases, conditions, fragments of both kinds, on any type."""

from dataclasses import dataclass, field

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
)
from hypothesis import strategies as st

_MOST = 4
_DEEPEST = 3
_CONDITIONS = ("", "", "", "", " @skip(if: false)", " @include(if: true)", " @skip(if: true)", " @include(if: false)")


@dataclass(slots=True)
class Writer:
    """Writes one selection; its fragments are gathered on the way."""

    schema: GraphQLSchema
    draw: st.DrawFn
    fragments: list[str] = field(default_factory=list)

    def selection_set(self, kind: GraphQLNamedType, depth: int = 0) -> str:
        """Some fields of `kind`, in fragments or not."""
        count = self.draw(st.integers(1, max(1, _MOST - depth)))
        return "{ " + " ".join(self._one(kind, depth) for _ in range(count)) + " }"

    def _one(self, kind: GraphQLNamedType, depth: int) -> str:
        way = self.draw(st.sampled_from(("field",) * 6 + ("inline", "untyped", "spread")))
        if way == "field" or depth >= _DEEPEST:
            return self._field(kind, depth)
        on = self.draw(st.sampled_from(self._conditions(kind)))
        inner = self.selection_set(on, depth + 1)
        if way == "spread":
            self.fragments.append(f"fragment F{len(self.fragments)} on {on.name} {inner}")
            return f"... F{len(self.fragments) - 1}{self._condition()}"
        return f"... {f'on {on.name}' if way == 'inline' else f'on {kind.name}' if on != kind else ''} {inner}"

    def _conditions(self, kind: GraphQLNamedType) -> list[GraphQLNamedType]:
        """The types on which a fragment within `kind` may be."""
        found: list[GraphQLNamedType] = [kind]
        if isinstance(kind, GraphQLObjectType):
            found += kind.interfaces
        return found

    def _field(self, kind: GraphQLNamedType, depth: int) -> str:
        assert is_object_type(kind) or is_interface_type(kind)
        names = ("__typename", *kind.fields)
        name = self.draw(st.sampled_from(names))
        alias = self.draw(st.sampled_from(("", "", f"a{name}: ", f"b{name}: ")))
        below = "" if name == "__typename" else self._below(kind.fields[name], depth)
        return f"{alias}{name}{self._condition()}{below}"

    def _below(self, of: GraphQLField, depth: int) -> str:
        kind = get_named_type(of.type)
        return "" if is_leaf_type(kind) else " " + self.selection_set(kind, depth + 1)

    def _condition(self) -> str:
        return self.draw(st.sampled_from(_CONDITIONS))


@st.composite
def selections(draw: st.DrawFn, schema: GraphQLSchema, answer: str) -> str:
    """A selection on a field that answers with `answer` or a problem."""
    writer = Writer(schema, draw)
    kind = schema.type_map[answer]
    parts = [f"... on {answer} {writer.selection_set(kind)}" for _ in range(draw(st.integers(1, 2)))]
    parts += draw(st.sampled_from(([], ["__typename"], ["... on Problem { code }", "... on Refusal { code part }"])))
    return " ".join(["{", *draw(st.permutations(parts)), "}", *writer.fragments])
