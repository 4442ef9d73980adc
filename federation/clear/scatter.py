"""One clear question to many courts at once: the gateway asks, verifies each answer, and gathers the parts.

A query is written and signed per court -> it is posted with what is left of the time -> the answer's form, its binding
to that very query and its court's signature are verified, its shape is checked -> it joins the set of parts, and its
court the coverage. Who could not be heard of stands there with the reason.

Invariant: a fault of one court never costs another court's rows. Nothing of an answer is stored, cached or logged.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Literal

from db.clock import Clock, monotonic_s
from db.ids import new_id
from federation.ask.content import CONTRACT
from federation.ask.gathering import Gathering
from federation.ask.status import SAID, Reason, Reporter, Status
from federation.clear import content
from federation.clear.content import ClearQuery, Told
from federation.directory.fetch import Fetch, nothing_newer
from federation.graph.page import PageAsk
from federation.graph.skew import common
from federation.relay.calls import Calls, Unheard
from federation.rules.freshness import FRESH
from federation.wire import errors, statement
from federation.wire.signing import SigningKey

_LOG: Final = logging.getLogger(__name__)
_AT_ONCE: Final = 64
"""Courts asked at the same time for one question."""


@dataclasses.dataclass(frozen=True, slots=True)
class ClearGateway:
    """What asking in clear needs of its gateway."""

    calls: Calls
    clock: Clock
    signer: SigningKey
    fetch: Fetch = nothing_newer
    contract: int = CONTRACT  # of its release

    def contract_with(self, court: str) -> int | None:
        """The contract in which `court` is asked; None when the two have none in common.

        Raises:
            UnknownCourt: it is no member.
        """
        return common(self.contract, self.calls.directory.current().court(court).contracts)


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One clear field, the same for every court but where its page begins."""

    field: str
    arguments: dict[str, Any] = dataclasses.field(repr=False)
    selection: str = dataclasses.field(repr=False)
    language: Literal["zh", "en"] = "zh"
    pages: Mapping[str, PageAsk] = dataclasses.field(default_factory=dict, repr=False)


class BadAnswer(Exception):
    """Not the asked court's genuine answer to this query, as far as can be told here."""

    def __init__(self, reason: Reason = Reason.BAD_ANSWER) -> None:
        super().__init__(reason)
        self.reason = reason


async def scatter(
    gateway: ClearGateway,
    gathering: Gathering,
    question: Question,
    courts: Collection[str],
    *,
    budget_ms: int,
    changed: Callable[[], None],
) -> None:
    """Ask `courts` within `budget_ms` and fill `gathering`; `changed` after each. Cancelling stops the calls."""
    deadline_s = monotonic_s() + budget_ms / 1000
    waiting = iter(courts)

    async def ask_some() -> None:
        for court in waiting:  # each takes the next one that nobody has asked yet
            await _hear(gateway, gathering, question, court, deadline_s)
            changed()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(_AT_ONCE, len(courts))):
            group.create_task(ask_some())


async def _hear(gateway: ClearGateway, gathering: Gathering, question: Question, court: str, deadline_s: float) -> None:
    """Count what `court` says, or why nothing of it counts."""
    began_s = monotonic_s()
    try:
        told = await _ask(gateway, question, court, deadline_s)
        gathering.take(court, told.answer, _since_ms(began_s), told.page)
    except Unheard as unheard:
        outcome = unheard.status, unheard.reason
    except BadAnswer as bad:
        outcome = Status.FAULTY, bad.reason
    except Exception as error:  # noqa: BLE001 - whatever one court brings about stays its own
        _LOG.error("clear answer failed", extra={"error": type(error).__name__})
        outcome = Status.FAULTY, Reason.BAD_ANSWER
    else:
        return
    gathering.fail(court, *outcome, _since_ms(began_s), Reporter.GATEWAY)


async def _ask(gateway: ClearGateway, question: Question, court: str, deadline_s: float) -> Told:
    now = gateway.clock.now()
    contract = gateway.contract_with(court)
    if contract is None:
        raise BadAnswer(Reason.UNSUPPORTED_CONTRACT)
    query = ClearQuery(
        id=new_id(now),
        to=court,
        contract=contract,
        field=question.field,
        arguments=question.arguments,
        selection=question.selection,
        page=question.pages.get(court),
        language=question.language,
        issued=now,
        expires=now + FRESH,
    )
    try:
        version = gateway.calls.directory.current().version
        raw = content.write_query(query, directory=version, signer=gateway.signer)
    except errors.TooLong:
        raise BadAnswer(Reason.TOO_LARGE) from None
    answered = await gateway.calls.post(court, content.PATH, raw, limit_bytes=content.MAX_ANSWER, deadline_s=deadline_s)
    return await _open(gateway, query, statement.digest(raw), answered)


async def _open(gateway: ClearGateway, query: ClearQuery, digest: str, raw: bytes) -> Told:
    """What the asked court says, once form, binding and signature hold. A newer directory is fetched first.

    Raises:
        BadAnswer.
    """
    directory = gateway.calls.directory
    try:
        said, told = content.parse_answer(raw, re=query.id, re_digest=digest, author=query.to)
        if said.directory > directory.current().version:
            await gateway.fetch()
        directory.verify_said(said, gateway.clock.now())
    except content.Malformed:
        raise BadAnswer(Reason.BAD_RESPONSE) from None
    except errors.UnknownVersion:
        raise BadAnswer(Reason.UNKNOWN_DIRECTORY) from None
    except errors.WireError:
        raise BadAnswer from None
    if told.answer.status not in SAID:
        raise BadAnswer(Reason.BAD_RESPONSE)
    return told


def _since_ms(began_s: float) -> int:
    return round((monotonic_s() - began_s) * 1000)
