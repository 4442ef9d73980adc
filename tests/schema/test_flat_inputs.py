"""Inputs that are read at once are what strawberry makes of the same values."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.arguments import convert_argument

from enforcement.rules.lookup import LookupPurpose, OnSilence
from schema.node.lookup_types import DebtorIdentityInput, LegalBasisInput
from schema.scalars import SCALARS
from schema.zone.coverage_types import Scope

GIVEN: tuple[tuple[type, Mapping[str, Any]], ...] = (
    (DebtorIdentityInput, {}),
    (DebtorIdentityInput, {"residentId": "341021197903159972"}),
    (DebtorIdentityInput, {"residentId": None, "creditCode": "91330800MA28F00001"}),
    (LegalBasisInput, {"caseNumber": "（2025）浙0824执365号", "purpose": LookupPurpose.PROPERTY_INVESTIGATION}),
    (LegalBasisInput, {"caseNumber": "x", "purpose": LookupPurpose.PROPERTY_INVESTIGATION, "remark": "备注"}),
    (Scope, {"wholeZone": True}),
    (Scope, {"courts": ["浙0824", "皖1021"], "requiredCourts": ["皖1021"], "onSilence": OnSilence.REFUSE}),
    (Scope, {"courts": None, "province": "皖", "requiredCourts": [], "deadlineMs": 1}),
)


@pytest.mark.parametrize(("kind", "given"), GIVEN)
def test_at_once_is_as_field_by_field(kind: type, given: Mapping[str, Any]) -> None:
    """Every field has the same value, the defaults included."""
    at_once = _converted(kind, given)

    with _field_by_field(kind):
        one_by_one = _converted(kind, given)

    assert at_once == one_by_one
    assert type(at_once) is kind


def _converted(kind: type, given: Mapping[str, Any]) -> object:
    return convert_argument(given, kind, {**DEFAULT_SCALAR_REGISTRY, **SCALARS}, StrawberryConfig())


@contextmanager
def _field_by_field(kind: type) -> Iterator[None]:
    definition = vars(kind)["__strawberry_definition__"]
    kept, definition.from_input = definition.from_input, None
    assert kept is not None
    try:
        yield
    finally:
        definition.from_input = kept
