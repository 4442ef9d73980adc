"""What a use-case needs of its court: data, clock, keys, directory, and the ways out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from db.at_rest import AtRest
from db.clock import Clock
from db.pool import Pool
from enforcement.rules import evaluation
from enforcement.rules.anomalies import Thresholds
from enforcement.rules.complaint import DEFAULT_COMPLAINTS, ComplaintTerms
from enforcement.rules.fee import WITHOUT_AMOUNT
from enforcement.rules.interest import InterestStart
from enforcement.rules.ledger import YEAR_DAYS
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.workload import RATIOS
from federation.ask.client import AskClient
from federation.ask.content import CONTRACT
from federation.clear.passing import ZoneClient
from federation.directory.directory import Directory
from federation.directory.fetch import Fetch, nothing_newer
from federation.wire.decryption import BoxKey
from federation.wire.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of one court, per hour or in units said by the name."""

    looks_per_hour_officer: int = 200
    feedback_rejections: int = 1  # by the handler alone; then a superior court decides
    expiry_warning_days: tuple[int, ...] = (30, 15, 7, 3, 1)  # before a measure's last day
    renew_warn_days: int = 7  # a renewal that is ordered with fewer days left is late
    deferral_years: int = 1  # the longest that may be asked for
    party_delay_days: int = 90  # after which a party is told that they were looked up
    clue_days: int = 7  # for verifying a specific clue
    urgent_clue_days: int = 3  # where the matter is urgent
    fee_without_amount: Decimal = WITHOUT_AMOUNT  # CNY, where nothing is counted in money
    interest_year_days: int = YEAR_DAYS  # on which a yearly rate counts
    grace_days: int = 3  # after an instalment's day, before a breach is suspected
    two_person_payout: Decimal = Decimal("500000.00")  # CNY, above which a second person releases
    payout_days: int = 30  # after the money arrived
    payout_after_deferral_days: int = 10  # after the day until which a payout was put off
    evaluate_within: timedelta = evaluation.WITHIN  # after a task's completion
    complaints: ComplaintTerms = DEFAULT_COMPLAINTS
    objection_warned_before: timedelta = timedelta(days=3)  # before the last day to decide
    workload_ratios: Mapping[DelegatedMatterType, Fraction] = field(default_factory=lambda: RATIOS)
    task_remind_days: int = 1  # working days before the last one of a term of a task
    unreachable_minutes: int = 60  # after which a task whose message nobody takes is marked


class OwnRecords(Protocol):
    """What reads and writes a court's own rows: part of its node, or a command beside it."""

    @property
    def code(self) -> str: ...

    @property
    def at_rest(self) -> AtRest: ...

    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, slots=True)
class CourtNode:
    """One court's program (节点): made once per process, handed to every use-case."""

    code: str
    division: str
    pool: Pool
    clock: Clock
    at_rest: AtRest
    directory: Directory
    signer: SigningKey
    box: BoxKey
    asks: AskClient
    zone: ZoneClient
    epoch: int = 1
    limits: Limits = field(default_factory=Limits)
    anomalies: Thresholds = field(default_factory=Thresholds)  # from what on a look-up is unusual
    interest_start: InterestStart = InterestStart.DAY_AFTER_EXPIRY
    registries: Mapping[str, str] = field(default_factory=dict)  # assisting unit id -> base URL of its registry
    file_units: frozenset[str] = frozenset()  # ids of assisting units that are asked by file
    fetch: Fetch = nothing_newer  # gets the newest directory
    contract: int = CONTRACT  # of its release
    plans_parts: bool = True  # whether plans of the selection write its parts of look-ups, or the executor
