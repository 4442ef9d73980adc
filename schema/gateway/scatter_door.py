"""The gateway's door for federated clear fields: from a caller's request to one rendered answer.

Invariant: what the courts said lives as long as the request: nothing of it is stored, cached or logged here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from enforcement.desk import scattering
from enforcement.rules.rights import Act
from federation.ask.coverage import Coverage
from federation.ask.gathering import Gathering
from federation.ask.status import Reporter
from federation.clear.scatter import Question
from federation.graph.derive import Formulas
from federation.graph.render import Rendered
from schema.answering import Answering
from schema.engine import engine_of
from schema.gateway.context import GatewayInfo
from schema.zone.coverage_types import Scope

_CHOSEN_HERE = ("scope",)
"""The arguments that are the gateway's business; what else a field takes goes to every court."""


_NO_FORMULAS: Final[Formulas] = MappingProxyType({})


async def answer(
    info: GatewayInfo, scope: Scope, act: Act | None = None, formulas: Formulas = _NO_FORMULAS
) -> Rendered:
    """One answer of all courts in scope, to a caller whose office allows `act`; without one, to any signed-in caller.

    `formulas` give its derived fields, from what the courts report.

    Raises:
        RuleBroken: the caller may not ask, or the scope is malformed.
    """
    desk, language = info.context.gateway, info.context.language
    scattering.check_reads(info.context.caller, act)
    engine, raw = engine_of(info.schema), info._raw_info  # noqa: SLF001 - the AST has no public name
    asked, chosen = scope.record(), engine.cut(raw)
    sent = engine.widened(raw.field_name, chosen, formulas)
    planned = scattering.plan(desk, asked, language)
    gathering = Gathering(engine.check(raw.field_name, sent), dict(planned.waiting), asker=Reporter.GATEWAY)
    question = Question(raw.field_name, engine.arguments(raw, besides=_CHOSEN_HERE), sent.text, language)
    await scattering.run(desk, planned, question, gathering, lambda: None)

    def follow(coverage: Coverage) -> Mapping[str, Any]:
        derived = engine.derived(raw.field_name, sent, gathering.values, formulas)
        return {**derived, "coverage": coverage.as_data()}

    return Answering(info, raw.field_name, chosen, asked, gathering).rendered(follow, is_final=True)
