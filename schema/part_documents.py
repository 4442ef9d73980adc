"""The document that executes one federated field alone, with a selection that was written elsewhere."""

from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLSchema,
    get_named_type,
    is_union_type,
    parse,
    print_ast,
    validate,
)

from federation.graph import contract, selection
from federation.graph.contract import Contract
from federation.graph.free_keys import free_key, taken

PART: Final = "part"
"""The response key of the field."""
_CODE: Final = "_code"


class PartDocument(NamedTuple):
    """The document, and the response key of the code of a refusal that is a value: none that the selection uses."""

    document: DocumentNode
    code: str


def document(stated: Contract, executable: GraphQLSchema, field: str, text: str) -> PartDocument | None:
    """The document; each argument is a variable of its name. None when not all of it can be executed.

    `stated` is the contract of `executable`, which knows the arguments' defaults.

    Raises:
        MalformedSelection: `text` is no selection.
    """
    chosen, root = selection.read(text), stated.schema.query_type
    if root is None or field not in stated.answers:
        return None
    arguments = root.fields[field].args
    declared = ", ".join(_declaration(name, argument) for name, argument in arguments.items())
    passed = ", ".join(f"{name}: ${name}" for name in arguments)
    fragments = "\n".join(print_ast(fragment) for fragment in chosen.fragments.values())
    head, call = (f"query ({declared})", f"{field}({passed})") if arguments else ("query", field)
    code = free_key(_CODE, taken(chosen))
    refusal = (
        f"... on {contract.PROBLEM} {{ {code}: code }}"
        if is_union_type(get_named_type(root.fields[field].type))
        else ""
    )
    built = f"{head} {{ {PART}: {call} {{ ... {print_ast(chosen.selection_set)} {refusal} }} }}\n{fragments}"
    made = parse(built, no_location=True)
    return None if validate(executable, made, max_errors=1) else PartDocument(made, code)


def _declaration(name: str, argument: GraphQLArgument) -> str:
    """The variable that stands for an argument, with its default: what is left out has it, and null is no value."""
    default = argument.ast_node and argument.ast_node.default_value
    return f"${name}: {argument.type}" + (f" = {print_ast(default)}" if default else "")
