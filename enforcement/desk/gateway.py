"""What a use-case of the gateway's desk needs: data, clock, directory, and the ways in and out.

Invariant: nothing here, and nothing it imports, can decrypt.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import aiohttp

from db.clock import Clock
from db.pool import Pool
from enforcement.desk.feed import Feed
from enforcement.desk.membership.office import MembershipOffice
from enforcement.desk.membership.standing import standing_in
from enforcement.rules.escalation import DEFAULT_ESCALATION, EscalationTerms
from enforcement.rules.matter import DEFAULT_RULES, MatterRules
from enforcement.rules.membership import GREEN_FOR
from federation.clear.scatter import ClearGateway
from federation.directory import publishing
from federation.directory.directory import Directory
from federation.graph.cursor import Cursors
from federation.readiness.clocks import HeardClocks


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long the desk waits for what, in seconds."""

    probe_every_s: float = 5.0  # between two rounds of probes
    probe_timeout_s: float = 2.0  # for one node's answer
    look_again_s: float = 5.0  # a subscription looks by itself, should a notification be lost


@dataclass(frozen=True, slots=True)
class GatewayDesk:
    """The gateway's desk (协作网关服务台): made once per process, handed to every use-case."""

    pool: Pool
    clock: Clock
    directory: Directory
    probes: aiohttp.ClientSession
    feed: Feed
    clear: ClearGateway
    cursors: Cursors
    deadlines: Deadlines = field(default_factory=Deadlines)
    rules: MatterRules = DEFAULT_RULES
    clocks: HeardClocks = field(default_factory=HeardClocks)  # the nodes' and the database's
    green_for: timedelta = GREEN_FOR  # how long a green conformance run is good for
    escalation: EscalationTerms = DEFAULT_ESCALATION  # when a superior court is told of what is late

    @property
    def membership(self) -> MembershipOffice:
        """Where membership is managed (成员管理处)."""
        standing = partial(standing_in, self.directory)
        return MembershipOffice(
            self.pool, self.clock, standing, publishing.submit, self.clear.signer, green_for=self.green_for
        )
