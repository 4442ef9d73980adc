"""A node of a release that lacks a field of the contract: with it the demo's ninth court begins.

`python -m api.demo.older_release node` is `xiezhi node` but for that. What its schema publishes is what it serves.
"""

from typing import Any, Final

from graphql import DocumentNode, ObjectTypeDefinitionNode, parse, print_ast
from graphql.language import Visitor, visit
from graphql.language.visitor import REMOVE

LACKS: Final = ("ProfileSanction", "revision")


class _Without(Visitor):
    """Leaves the field out where its type is declared."""

    def enter_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: object) -> Any:
        return None if node.name.value == LACKS[0] else False

    def enter_field_definition(self, node: Any, *_: object) -> Any:
        return REMOVE if node.name.value == LACKS[1] else None


def lessen(schema: Any) -> None:
    """Take the field out of a strawberry schema of this process, and out of its text."""
    document: DocumentNode = visit(parse(schema.as_str()), _Without())
    text = print_ast(document)
    del schema._schema.type_map[LACKS[0]].fields[LACKS[1]]  # noqa: SLF001 (strawberry has no other way)
    schema.document, schema.as_str = document, lambda: text


if __name__ == "__main__":
    from api.cli import main
    from schema.node.schema import SCHEMA

    lessen(SCHEMA)
    main()
