"""One federated field being answered, whichever way its parts travel: rendered as it stands, or once at the end.

Invariant: coverage stands in `extensions` whatever the request selects. A silent court counts only at the end.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any, Final, Protocol

import strawberry

from enforcement.rules.lookup import Scope
from enforcement.scope import NOT_COVERED, is_covered
from federation.ask.coverage import Coverage
from federation.ask.gathering import Gathering
from federation.graph.page import Taken
from federation.graph.reading import Reading
from federation.graph.render import Rendered
from federation.graph.selection import Selection
from schema.engine import engine_of
from schema.messages import message

LIVE_INTERVAL_S: Final = 0.1


class Told(Protocol):
    """What the answer needs of its request's context."""

    extensions: dict[str, Any]

    @property
    def language(self) -> Any: ...


class Answering:
    """A question under way, with what it takes to render its answer."""

    def __init__(
        self, info: strawberry.Info[Any, None], chosen: Selection, reading: Reading, scope: Scope, gathering: Gathering
    ) -> None:
        raw = info._raw_info  # noqa: SLF001 - neither the AST nor the response key has a public name
        self._context: Told = info.context
        self._engine = engine_of(info.schema)
        self._chosen, self._rendering, self._scope = chosen, reading.rendering, scope
        self._name = None if self._engine.is_alone(raw) else ".".join(str(key) for key in raw.path.as_list())
        self.gathering = gathering

    def rendered(
        self, derived: Callable[[Coverage], Mapping[str, Any]], *, is_final: bool, page: Sequence[Taken] = ()
    ) -> Rendered:
        """The answer as it stands; `derived` gives the values that no court does, `page` the rows of a page."""
        values = self.gathering.values
        coverage = self.gathering.coverage(self._rendering.contradictions(values) if values else ())
        self._note(coverage)
        if is_final and not is_covered(self._scope, coverage):
            problem = {
                "code": NOT_COVERED,
                "message": message(NOT_COVERED, self._context.language),
                "coverage": coverage.as_data(),
            }
            return self._engine.render_problem("NotCovered", self._chosen, problem)
        return self._rendering.render(values, derived(coverage), page)

    def _note(self, coverage: Coverage) -> None:
        """Into the extensions: by itself, or by its path of response keys when the operation asks several fields."""
        told: dict[str, Any] = coverage.as_data()
        if self._name is None:
            self._context.extensions["coverage"] = told
        else:
            self._context.extensions.setdefault("coverage", {})[self._name] = told


class Underway(Protocol):
    """A question that can be asked, and its answer rendered as it stands."""

    @property
    def gathering(self) -> Gathering: ...

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask everybody who is to be asked; `changed` is called whenever something is heard."""

    def rendered(self, *, is_final: bool) -> Rendered:
        """The answer as it stands."""


async def answered(asked: Underway) -> Rendered:
    """One answer, when everybody was heard of or the time is up."""
    await asked.run(lambda: None)
    return asked.rendered(is_final=True)


async def growing(asked: Underway) -> AsyncGenerator[Rendered, None]:
    """An answer at the first part, then at most one per 100 ms as courts answer, and the final one, as `answered`.

    Nothing counts as changed before the first part is there, so that nothing delays the emission of it.
    """

    async def run(changed: Callable[[], None]) -> None:
        await asked.run(lambda: changed() if asked.gathering.values else None)

    async with aclosing(beats(run)) as heard:
        async for _ in heard:
            yield asked.rendered(is_final=False)
    yield asked.rendered(is_final=True)


async def beats(
    work: Callable[[Callable[[], None]], Awaitable[None]], interval_s: float = LIVE_INTERVAL_S
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
