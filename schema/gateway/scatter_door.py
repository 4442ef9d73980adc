"""The gateway's door for federated clear fields: from a caller's request to one rendered answer, or a stream of them.

Invariant: what the courts said lives as long as the request: nothing of it is stored, cached or logged here.
"""

from collections.abc import Callable, Mapping
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


class Scattered:
    """A question to all courts in scope, with its answer."""

    def __init__(
        self, info: GatewayInfo, scope: Scope, act: Act | None = None, formulas: Formulas = _NO_FORMULAS
    ) -> None:
        """Of a caller whose office allows `act`; without one, of any signed-in caller.

        `formulas` give its derived fields, from what the courts report.

        Raises:
            RuleBroken: the caller may not ask, or the scope is malformed.
            GraphQLError: the selection is too large to be asked of other courts.
        """
        self._desk, language = info.context.gateway, info.context.language
        scattering.check_reads(info.context.caller, act)
        self._engine, raw = engine_of(info.schema), info._raw_info  # noqa: SLF001 - the AST has no public name
        self._field, self._formulas = raw.field_name, formulas
        asked, chosen = scope.record(), self._engine.cut(raw)
        self._sent = self._engine.widened(self._field, chosen, formulas)
        self._planned = scattering.plan(self._desk, asked, language)
        reading = self._engine.reading(self._field, chosen, self._sent)
        self.gathering = Gathering.read_as(reading, self._planned.waiting, asker=Reporter.GATEWAY)
        arguments = self._engine.arguments(raw, besides=_CHOSEN_HERE)
        self._question = Question(self._field, arguments, self._sent.text, language)
        self._answering = Answering(info, chosen, reading, asked, self.gathering)

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask everybody; the parts gather."""
        await scattering.run(self._desk, self._planned, self._question, self.gathering, changed)

    def rendered(self, *, is_final: bool) -> Rendered:
        """The answer as it stands."""
        return self._answering.rendered(self._derived, is_final=is_final)

    def _derived(self, coverage: Coverage) -> Mapping[str, Any]:
        made = self._engine.derived(self._field, self._sent, self.gathering.values, self._formulas)
        return {**made, "coverage": coverage.as_data()}
