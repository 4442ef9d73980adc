"""The node's own door for look-ups: from an officer's request to one rendered answer, or a stream of them.

Invariant: coverage stands in `extensions` whatever the request selects.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any, Final

from strawberry.types import Info

from db.pool import transaction
from enforcement import lookups
from enforcement.court import CourtNode
from enforcement.lookup_parts import Partner
from enforcement.lookup_request import LookupRequest
from enforcement.lookups import Lookup
from enforcement.rules.refusals import RuleBroken
from federation.ask.content import Answer
from federation.ask.coverage import Coverage, cover
from federation.ask.gather import Gathering
from federation.ask.status import Reason, Status
from federation.graph.render import Rendered
from schema.context import NodeContext
from schema.lookup_engine import LookupEngine, derived_of, engine_of
from schema.messages import message
from schema.node.lookup_enums import ProfileSection
from schema.node.lookup_types import DebtorIdentityInput, LegalBasisInput
from schema.problems import Problem, problem_of
from schema.zone.coverage_types import Scope

LIVE_INTERVAL_S: Final = 0.1
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
    return LookupRequest(
        field=field,
        resident_id=identity.resident_id,
        credit_code=identity.credit_code,
        case_number=basis.case_number,
        purpose=basis.purpose,
        remark=basis.remark,
        sections=tuple(dict.fromkeys(sections)),
        scope=scope.record(),
        selection=engine_of(info.schema).cut(info._raw_info),  # noqa: SLF001 - the AST has no public name
        language=info.context.language,
    )


async def answer(info: Info[NodeContext, None], asked: LookupRequest) -> Rendered | Problem:
    """One answer, when everybody was heard of or the time is up."""
    try:
        opened = await _Open.begin(info, asked)
    except RuleBroken as refusal:
        return problem_of(refusal, info.context.language)
    await opened.run(lambda: None)
    return opened.rendered(is_final=True)


async def live(info: Info[NodeContext, None], asked: LookupRequest) -> AsyncGenerator[Rendered | Problem, None]:
    """An answer at the first part, then at most one per 100 ms as courts answer, and the final one."""
    try:
        opened = await _Open.begin(info, asked)
    except RuleBroken as refusal:
        yield problem_of(refusal, info.context.language)
        return
    async with aclosing(_beats(opened.run, LIVE_INTERVAL_S)) as beats:
        async for _ in beats:
            if opened.gathering.values:
                yield opened.rendered(is_final=False)
    yield opened.rendered(is_final=True)


async def _beats(
    work: Callable[[Callable[[], None]], Awaitable[None]], interval_s: float
) -> AsyncGenerator[None, None]:
    """A beat soon after `work` calls its argument, at most one per interval, until it is done; its error is raised."""
    changed = asyncio.Event()
    running = asyncio.ensure_future(work(changed.set))  # owned here: awaited or cancelled below, whatever happens
    running.add_done_callback(lambda _: changed.set())
    try:
        while True:
            await changed.wait()
            if running.done():
                await running
                return
            changed.clear()
            yield
            await asyncio.wait({running}, timeout=interval_s)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


class _Open:
    """A look-up under way, with what it takes to render it."""

    def __init__(self, info: Info[NodeContext, None], lookup: Lookup) -> None:
        self._context = info.context
        self._engine: LookupEngine = engine_of(info.schema)
        self._chosen = lookup.request.selection
        self._key = str(info._raw_info.path.key)  # noqa: SLF001 - the response key has no public name
        self._is_alone = self._engine.is_alone(info._raw_info)  # noqa: SLF001
        self._lookup = lookup
        self.gathering: Gathering = lookups.gathering_of(lookup, self._engine.check(lookup.request.field, self._chosen))

    @classmethod
    async def begin(cls, info: Info[NodeContext, None], asked: LookupRequest) -> "_Open":
        """Start the look-up. Raises RuleBroken."""
        return cls(info, await lookups.start(info.context.court, info.context.caller, asked))

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask everybody; `gathering` fills."""
        await lookups.run(self._context.court, self._lookup, self.gathering, self._local, changed)

    async def _local(self, lookup: Lookup) -> Answer:
        return await answer_here(self._engine, self._context.court, lookup, self._context.language)

    def rendered(self, *, is_final: bool) -> Rendered:
        """The answer as it stands; its coverage goes into the extensions. A silent court counts only at the end."""
        asked, values = self._lookup.request, self.gathering.values
        contradictions = self._engine.contradictions(asked.field, self._chosen, values) if values else ()
        coverage = cover({court.court: court for court in self.gathering.coverage().courts}, contradictions)
        self._note(coverage)
        if is_final and not lookups.is_covered(asked.scope, coverage):
            value = {
                "code": lookups.NOT_COVERED,
                "message": message(lookups.NOT_COVERED, self._context.language),
                "coverage": coverage.as_data(),
            }
            return self._engine.render_problem("NotCovered", self._chosen, value)
        return self._engine.render(asked.field, self._chosen, values, derived_of(self._lookup, coverage))

    def _note(self, coverage: Coverage) -> None:
        told: dict[str, Any] = coverage.as_data()
        if self._is_alone:
            self._context.extensions["coverage"] = told
        else:
            self._context.extensions.setdefault("coverage", {})[self._key] = told


async def answer_here(engine: LookupEngine, court: CourtNode, lookup: Lookup, language: str) -> Answer:
    """The own court's part, made like every other court's; a fault of ours is one silent court among the others."""
    try:
        async with transaction(court.pool) as conn:
            return await engine.part(court, Partner(lookup.mandate, conn), lookup.ask, language)
    except Exception as error:  # noqa: BLE001 - the other courts' answers stand
        _LOG.error("own part failed", extra={"error": type(error).__name__})
        return Answer(status=Status.FAULTY, code=Reason.INTERNAL)
