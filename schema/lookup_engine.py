"""What is particular to look-ups among federated fields: who is asked about comes from the mandate, never beside it."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from enforcement.court import CourtNode
from enforcement.lookup_parts import Partner
from enforcement.lookups import Lookup
from enforcement.rules.lookup import LookupPurpose
from federation.ask.content import Answer, Ask
from federation.ask.coverage import Coverage
from federation.ask.mandate import Mandate
from schema.context import NodeContext
from schema.engine import Engine
from schema.node import lookup_local

MANDATED: Final = ("identity", "basis", "sections", "scope")
"""The arguments of look-ups that the mandate says; what else a field takes travels beside it."""


Make: TypeAlias = Callable[[CourtNode, Partner], Awaitable[Any]]

_MAKERS: Final[Mapping[str, Make]] = MappingProxyType(
    {"debtorPresence": lookup_local.presence, "debtorProfile": lookup_local.profile}
)
"""What the fields resolve to when they are asked in a partner's name."""
_LONGEST: Final = 200


async def part(engine: Engine, court: CourtNode, partner: Partner, ask: Ask, language: str = "zh") -> Answer:
    """This court's part of a look-up, made in `partner`'s name."""
    context = NodeContext(court=court, caller=None, language="en" if language == "en" else "zh", partner=partner)
    said = _said(court.code, partner.mandate)
    given = {name: value for name, value in said.items() if engine.takes(ask.field, name)}
    maker = _MAKERS.get(ask.field) if court.plans_parts and _fits(partner.mandate) else None
    make = None if maker is None else partial(maker, court, partner)
    return await engine.part(ask, context, partner, given=given, make=make)


def _fits(mandate: Mandate) -> bool:
    """Whether the types of the arguments take what the mandate says; if not, the executor refuses it."""
    is_short = max(len(mandate.case_number), len(mandate.subject)) <= _LONGEST
    return is_short and mandate.purpose in LookupPurpose.__members__


def derived_of(lookup: Lookup, coverage: Coverage) -> dict[str, Any]:
    """The values that no court gives: they are made where the answer is rendered."""
    return {"lookupId": str(lookup.mandate.id), "coverage": coverage.as_data()}


def _said(court: str, mandate: Mandate) -> Mapping[str, Any]:
    """The arguments as the mandate says them. The resolver reads the mandate: these satisfy the types."""
    kind = "creditCode" if mandate.subject_kind == "USCC" else "residentId"
    return {
        "identity": {kind: mandate.subject},
        "basis": {"caseNumber": mandate.case_number, "purpose": mandate.purpose},
        "sections": list(mandate.sections),
        "scope": {"courts": [court]},
    }
