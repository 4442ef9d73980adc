"""The gateway's door for federated clear fields that list pages: one order over all courts, one cursor for the way on.

The walk begins with the courts in scope, or goes on where the cursor says -> each court is asked for its rows after its
own position -> a court whose rows do not stand where they may is at fault, whole -> the first rows of all are the page.

Invariant: a cursor says nothing to its bearer and is good for one field, its arguments, its scope and its caller. A
silent court keeps its position and is asked again. What is listed is neither stored, cached nor logged.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from enforcement.desk import scattering
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.scattering import Plan
from enforcement.rules.lookup import Scope as ScopeRecord
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Act, Caller
from federation.ask.coverage import Coverage
from federation.ask.gathering import Gathering
from federation.ask.status import Reason, Reporter
from federation.clear.scatter import Question
from federation.graph.contract import Merge
from federation.graph.cursor import BadCursor, Binding
from federation.graph.page import BadPage, PageAnswer, PageAsk, Walk, begin, check_answer, merge_page, plan_page
from federation.graph.render import Rendered
from schema.answering import Answering
from schema.engine import engine_of
from schema.gateway.context import GatewayInfo
from schema.zone.coverage_types import Scope

_CHOSEN_HERE: Final = ("scope", "first", "after")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page's place: how many rows, after which cursor."""

    first: int
    after: str | None


class ScatteredPage:
    """One page of the rows of all courts in scope, with its answer."""

    def __init__(self, info: GatewayInfo, scope: Scope, wanted: Wanted, act: Act | None = None) -> None:
        """Of a caller whose office allows `act`; without one, of any signed-in caller.

        Raises:
            RuleBroken: the caller may not ask, or the scope or the cursor is malformed.
            GraphQLError: the selection is too large to be asked of other courts.
        """
        self._desk, language = info.context.gateway, info.context.language
        caller = scattering.check_reads(info.context.caller, act)
        engine, raw = engine_of(info.schema), info._raw_info  # noqa: SLF001 - the AST has no public name
        asked, chosen, field = scope.record(), engine.cut(raw), raw.field_name
        arguments = engine.arguments(raw, besides=_CHOSEN_HERE)
        self._binding = _binding(field, asked, arguments, caller)
        planned = scattering.plan(self._desk, asked, language)
        self._walk, self._first = _walk(self._desk, planned, wanted, self._binding), wanted.first
        self._planned = scattering.held_to(planned, self._walk.courts)
        self._asks = plan_page(self._walk, wanted.first)
        reading = engine.reading(field, chosen)
        self._keys, self._held = reading.rendering.keys(Merge.PAGE), set[str]()
        self.gathering = Gathering.read_as(reading, self._planned.waiting, asker=Reporter.GATEWAY)
        self._question = Question(field, arguments, chosen.text, language, self._asks)
        self._answering = Answering(info, chosen, reading, asked, self.gathering)

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask everybody; the parts gather."""

        def heard() -> None:
            self._require_pages()
            changed()

        await scattering.run(self._desk, self._planned, self._question, self.gathering, heard)

    def rendered(self, *, is_final: bool) -> Rendered:
        """The page as it stands; while courts are still asked it leads nowhere, for their rows may come before it."""
        page = merge_page(self._walk, self._first, self.gathering.pages)

        def follow(coverage: Coverage) -> Mapping[str, Any]:
            walk = page.walk if is_final else None
            end = None if walk is None else self._desk.cursors.write(walk, self._binding)
            return {"pageInfo": _page_info(end, has_next=page.has_next), "coverage": coverage.as_data()}

        return self._answering.rendered(follow, is_final=is_final, page=page.rows)

    def _require_pages(self) -> None:
        """Discard what courts said whose rows do not stand after their position, in order, as many as they say."""
        for court in self.gathering.values.keys() - self._held:
            told, value = self.gathering.pages.get(court), self.gathering.values[court]
            if told is not None and _is_of(self._asks[court], told, [len(value[key]) for key in self._keys]):
                self._held.add(court)
            else:
                self.gathering.discard(court, Reason.WRONG_SHAPE)


def _binding(field: str, scope: ScopeRecord, arguments: Mapping[str, Any], caller: Caller) -> Binding:
    """What a cursor of this question is bound to; how long to wait, and what silence means, may differ by page."""
    courts = None if scope.courts is None else sorted(scope.courts)
    told = {name: value for name, value in arguments.items() if value is not None}
    parts = msgspec.json.encode([courts, scope.province, scope.whole_zone, told], order="sorted")
    return Binding(field, hashlib.sha256(parts).hexdigest(), f"{caller.court} {caller.officer_id}")


def _walk(desk: GatewayDesk, planned: Plan, wanted: Wanted, binding: Binding) -> Walk:
    """Where the page begins. Raises Malformed: CURSOR; it is none of this question's."""
    if wanted.after is None:
        return begin(planned.waiting, desk.clock.now())
    try:
        return desk.cursors.read(wanted.after, binding)
    except BadCursor:
        raise Malformed("CURSOR", "after") from None


def _is_of(ask: PageAsk, told: PageAnswer, listed: list[int]) -> bool:
    """Whether that may be the answer to `ask`, listed under each key; a part may list no rows though it has some."""
    try:
        for rows in listed or [len(told.positions)]:
            check_answer(ask, told, rows)
    except BadPage:
        return False
    return True


def _page_info(end_cursor: str | None, *, has_next: bool) -> dict[str, Any]:
    return {"hasNextPage": has_next, "endCursor": end_cursor, "hasPreviousPage": False, "startCursor": None}
