"""The node's own door for look-ups: from an officer's request to one rendered answer, or a stream of them."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Final

from strawberry.types import Info

from enforcement import lookups
from enforcement.court import CourtNode
from enforcement.lookup_parts import Partner
from enforcement.lookup_request import LookupRequest
from enforcement.lookups import Lookup
from enforcement.rules.refusals import RuleBroken
from federation.ask.content import Answer
from federation.ask.status import Reason, Status
from federation.graph.render import Rendered
from schema.answering import Answering, answered, growing
from schema.context import NodeContext
from schema.engine import Engine, engine_of
from schema.lookup_engine import MANDATED, derived_of, part
from schema.node.lookup_enums import ProfileSection
from schema.node.lookup_types import DebtorIdentityInput, LegalBasisInput
from schema.problems import Problem, problem_of
from schema.zone.coverage_types import Scope

_LOG: Final = logging.getLogger(__name__)


def request(
    info: Info[NodeContext, None],
    field: str,
    identity: DebtorIdentityInput,
    basis: LegalBasisInput,
    scope: Scope,
    sections: list[ProfileSection],
) -> LookupRequest:
    """What the officer asks, as the use-case takes it."""
    engine, raw = engine_of(info.schema), info._raw_info  # noqa: SLF001 - the AST has no public name
    return LookupRequest(
        field=field,
        resident_id=identity.resident_id,
        credit_code=identity.credit_code,
        case_number=basis.case_number,
        purpose=basis.purpose,
        remark=basis.remark,
        sections=tuple(dict.fromkeys(sections)),
        scope=scope.record(),
        selection=engine.cut(raw),
        arguments=engine.arguments(raw, besides=MANDATED),
        language=info.context.language,
    )


async def answer(info: Info[NodeContext, None], asked: LookupRequest) -> Rendered | Problem:
    """One answer, when everybody was heard of or the time is up."""
    try:
        opened = await _Open.begin(info, asked)
    except RuleBroken as refusal:
        return problem_of(refusal, info.context.language)
    return await answered(opened)


async def live(info: Info[NodeContext, None], asked: LookupRequest) -> AsyncGenerator[Rendered | Problem, None]:
    """The answer as it grows (`growing`); each start is one look-up."""
    try:
        opened = await _Open.begin(info, asked)
    except RuleBroken as refusal:
        yield problem_of(refusal, info.context.language)
        return
    async with aclosing(growing(opened)) as answers:
        async for each in answers:
            yield each


class _Open:
    """A look-up under way, with its answer."""

    def __init__(self, info: Info[NodeContext, None], lookup: Lookup) -> None:
        asked = lookup.request
        self._context, self._engine, self._lookup = info.context, engine_of(info.schema), lookup
        reading = self._engine.reading(asked.field, asked.selection)
        self.gathering = lookups.gathering_of(lookup, reading)
        self._answering = Answering(info, asked.selection, reading, asked.scope, self.gathering)

    @classmethod
    async def begin(cls, info: Info[NodeContext, None], asked: LookupRequest) -> "_Open":
        """Start the look-up. Raises RuleBroken."""
        return cls(info, await lookups.start(info.context.court, info.context.caller, asked))

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask everybody; the parts gather."""
        await lookups.run(self._context.court, self._lookup, self.gathering, self._local, changed)

    async def _local(self, lookup: Lookup) -> Answer:
        return await answer_here(self._engine, self._context.court, lookup, self._context.language)

    def rendered(self, *, is_final: bool) -> Rendered:
        """The answer as it stands."""
        return self._answering.rendered(partial(derived_of, self._lookup), is_final=is_final)


async def answer_here(engine: Engine, court: CourtNode, lookup: Lookup, language: str) -> Answer:
    """The own court's part, made like every other court's; a fault of ours is one silent court among the others."""
    try:
        async with court.pool.acquire() as conn:  # it only reads
            return await part(engine, court, Partner(lookup.mandate, conn), lookup.ask, language)
    except Exception as error:  # noqa: BLE001 - the other courts' answers stand
        _LOG.error("own part failed", extra={"error": type(error).__name__})
        return Answer(status=Status.FAULTY, code=Reason.INTERNAL)
