"""The port to assisting units (协助执行单位): what a court asks of a registry, and what a registry may answer.

Invariant: a request keeps its id for ever, so that asking again returns the first answer and registers nothing twice.
A unit that did not answer raises `NoAnswer`; it never looks like "nothing found".
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from db.records.measure_life import NoticeAct
from enforcement.payloads import Payload, PriorMeasure
from enforcement.rules.asset_facts import AssetFacts


class Subject(Payload, frozen=True, kw_only=True):
    """被查询人: always a judgment debtor, named by an identifier, never by name alone."""

    kind: str  # NATURAL | ORGANIZATION
    name: str
    identifier_kind: str  # ID_NUMBER | USCC
    identifier: str


class SearchRequest(Payload, frozen=True, kw_only=True):
    """协助查询通知书: which court, in which case, about whom, which kinds of asset."""

    id: UUID
    court: str
    case_number: str
    subject: Subject
    kinds: list[str]


class Holding(Payload, frozen=True, kw_only=True):
    """One asset that the unit has on its books for the subject.

    `owner` is the number of whom the books name as its owner, if they do: others than the subject are kept by no court.
    """

    kind: str
    identity: dict[str, str]
    division: str
    description: str
    estimated_value: Decimal | None = None
    prior_measures: int = 0
    prior: list[PriorMeasure] = msgspec.field(default_factory=list)
    facts: AssetFacts | None = None
    owner: str | None = None
    co_owned: bool = False


class KindAnswer(Payload, frozen=True, kw_only=True):
    """What the unit said of one kind, where its answers differ; `no_answer` of a kind that it could not look for."""

    kind: str
    outcome: Literal["found", "nothing", "refused", "no_answer"]
    reason: str | None = None


class SearchAnswer(Payload, frozen=True, kw_only=True):
    """What the unit said: `found` with holdings, `nothing`, or `refused` with a reason code.

    It is its word about every kind that it was asked for and keeps, but for those that `kinds` names.
    """

    outcome: Literal["found", "nothing", "refused"]
    source: str  # SearchControlChannel
    as_of: datetime
    holdings: list[Holding] = msgspec.field(default_factory=list)
    reason: str | None = None
    kinds: list[KindAnswer] = msgspec.field(default_factory=list)


class NoticeRequest(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """协助执行通知书 with the ruling of the ordering court, served on the unit.

    `act` CONTROL registers a new measure. RENEW, LIFT and TRANSFER change the one that was registered by the notice
    `registration`; where that is not known, the one of `court` on the thing under the ruling `registered_ruling`.
    """

    id: UUID
    court: str  # the ordering court, whose measure it is
    served_by: str  # the court that serves it: the same, or the entrusted one
    case_number: str
    ruling_no: str
    measure_kind: str
    asset_kind: str
    identity: dict[str, str]
    term_years: int
    act: str = NoticeAct.CONTROL.value
    registration: UUID | None = None
    registered_ruling: str | None = None
    amount: Decimal | None = None  # CNY: of what is taken in part, no more than that; None: the whole


class NoticeAnswer(Payload, frozen=True, kw_only=True):
    """回执: registered with rank and time; refused or objected to with a code. The same for ever for one request."""

    receipt_id: UUID
    result: Literal["REGISTERED", "REFUSED", "OBJECTED"]
    receipt_no: str
    rank: int | None = None
    registered_at: datetime | None = None
    reason: str | None = None


class NoAnswer(Exception):
    """The unit did not answer: TIMED_OUT, UNREACHABLE or FAULTY. Its words are not kept."""

    def __init__(self, reason: Literal["TIMED_OUT", "UNREACHABLE", "FAULTY"]) -> None:
        super().__init__(reason)
        self.reason = reason


class SearchChannel(Protocol):
    """A way to ask assisting units; production puts the provincial network behind it, the demo its registries."""

    async def search(self, unit_id: str, request: SearchRequest) -> SearchAnswer:
        """Raises NoAnswer."""
        ...

    async def serve(self, unit_id: str, request: NoticeRequest) -> NoticeAnswer:
        """Raises NoAnswer; then the notice may or may not be registered: serve the same request again."""
        ...
