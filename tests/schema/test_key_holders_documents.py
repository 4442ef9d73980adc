"""What the commands of membership send needs no token: a governance key says who it is."""

from types import ModuleType

import pytest
from graphql import OperationDefinitionNode, parse, validate

from api.membership import acts, joining, own_document, proposals
from schema import areas
from schema.gateway.schema import SCHEMA
from schema.selected_areas import selected

DOCUMENTS = [
    (module, name)
    for module in (acts, joining, own_document, proposals)
    for name, value in vars(module).items()
    if isinstance(value, str) and value.startswith(("\nmutation", "\nquery"))
]


def test_every_command_that_calls_the_gateway_is_here() -> None:
    assert {name for _, name in DOCUMENTS} == {"_LEAVE", "_CHANGE", "_SEND", "_FETCH", "_SIGN"}


@pytest.mark.parametrize(("module", "name"), DOCUMENTS, ids=[name for _, name in DOCUMENTS])
def test_nothing_selected_needs_a_token(module: ModuleType, name: str) -> None:
    parsed = parse(getattr(module, name))
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)

    refused = dict(selected(SCHEMA._schema, areas.table(), parsed, operation).refused(frozenset()))

    assert validate(SCHEMA._schema, parsed) == []
    assert refused == {}
