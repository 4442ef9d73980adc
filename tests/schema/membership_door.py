"""The gateway's door to membership over a shelf of documents: what tests ask there, and what the courts sign."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Any, cast

import msgspec
from strawberry.types import ExecutionResult

from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.membership import conformance
from enforcement.desk.membership.conformance import Difference, Report
from enforcement.desk.membership.drafts import Draft
from enforcement.desk.membership.office import MembershipOffice
from enforcement.rules.rights import Caller
from federation.directory.documents import AgreementDocument, MembersDocument, RootDocument
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA
from tests.conftest import REFERENCE
from tests.enforcement.desk_zone import open_desk
from tests.enforcement.membership.membership_zone import (
    ADMINS,
    NINTH,
    MembershipZone,
    head,
    text,
)
from tests.federation.zone import Zone

FIRST, SECOND = ADMINS
NOW = REFERENCE.isoformat()

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_ROWS = "SELECT coalesce(string_agg(t::text, '\n' ORDER BY t::text), '') FROM {} t"

PROBLEM = "__typename ... on Problem { code message } ... on Refusal { part }"
ACT_PROBLEM = f"{PROBLEM} ... on StaleVersion {{ current }}"
PROPOSAL = """number kind state version missing court documents { name version body } voters
  signatures { court } application"""
MEMBERSHIP = "court status version since suspension { ground lapsesAt } openTasks { trackId status }"
APPLICATION = """court status version reason particulars { name url fingerprint { chinese english hex } }
  approvals { officerId }
  conformanceRuns { isGreen isOfThisDocument findings { check expected found path } }"""


def act(name: str, kind: str, shown: str, given: str | None = None) -> str:
    given = given or f"{name[0].upper()}{name[1:]}Input"
    return f"mutation ($input: {given}!) {{ {name}(input: $input) {{ {ACT_PROBLEM} ... on {kind} {{ {shown} }} }} }}"


APPLY = act("applyForMembership", "MembershipApplication", APPLICATION)
START = act("startConformanceRun", "MembershipApplication", APPLICATION, "ApplicationActInput")
APPROVE = act("approveMembership", "MembershipApplication", APPLICATION, "ApplicationActInput")
REJECT = act("rejectApplication", "MembershipApplication", APPLICATION)
ADMIT = act("proposeAdmission", "MembershipProposal", PROPOSAL, "ProposeDecisionInput")
FINISH = act("finishWithdrawal", "MembershipProposal", PROPOSAL, "ProposeDecisionInput")
LOSE = act("declareLost", "MembershipProposal", PROPOSAL, "ProposeDecisionInput")
CONFIRM = act("confirmSuspension", "MembershipProposal", PROPOSAL)
SIGN = act("signProposal", "MembershipProposal", PROPOSAL)
SUSPEND = act("suspendMembership", "Membership", MEMBERSHIP)
REINSTATE = act("reinstateMembership", "Membership", MEMBERSHIP, "ProposeDecisionInput")
WITHDRAW = act("withdrawMembership", "Membership", f"{MEMBERSHIP} proposals {{ {PROPOSAL} }}")
CHANGE = act("changeCourtDocument", "Membership", f"{MEMBERSHIP} particulars {{ url documentVersion }}")
AGREE = act(
    "proposeAgreement", "MembershipProposal", f"{PROPOSAL} agreement {{ asking asked sections }}", "AgreementInput"
)
ACCEPT = act("acceptAgreement", "MembershipProposal", PROPOSAL, "SignProposalInput")
MEMBERSHIPS = f"""query ($status: [MembershipStatus!]) {{ memberships(status: $status) {{ {PROBLEM}
  ... on MembershipList {{ memberships {{ court status version }} }} }} }}"""
HISTORY = f"""query ($court: CourtCode!) {{ membership(court: $court) {{ {PROBLEM}
  ... on Membership {{ status version history {{ act ceremony from to byCourt officerId code }} }} }} }}"""
APPLICATIONS = f"{{ applications {{ {PROBLEM} ... on ApplicationList {{ applications {{ {APPLICATION} }} }} }} }}"
PROPOSALS = f"""query ($state: ProposalState) {{ proposals(state: $state) {{ {PROBLEM}
  ... on ProposalList {{ proposals {{ {PROPOSAL} }} }} }} }}"""
AGREEMENTS = f"{{ agreements {{ {PROBLEM} ... on AgreementList {{ agreements {{ asking asked version }} }} }} }}"
WATCH = """subscription ($after: String) { membershipChanged(after: $after) { __typename ... on Problem { code }
  ... on MembershipEvent { court act ceremony to cursor } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfDesk(GatewayDesk):
    """A desk whose membership is managed over the test's own shelf."""

    managed: MembershipOffice

    @property
    def membership(self) -> MembershipOffice:
        return self.managed


@dataclass
class Door:
    """The gateway's door over one desk, and the keys of all courts."""

    desk: GatewayDesk
    zone: MembershipZone
    clock: SetClock

    async def ask(self, caller: Caller | None, document: str, **variables: Any) -> Any:
        context = GatewayContext(self.desk, caller, "en")
        answer = await SCHEMA.execute(document, variable_values=variables, context_value=context)
        assert isinstance(answer, ExecutionResult)
        assert answer.errors is None, answer.errors
        (value,) = cast("dict[str, Any]", answer.data).values()
        return value

    async def act(self, caller: Caller | None, mutation: str, **given: Any) -> Any:
        return await self.ask(caller, mutation, input=given)

    async def apply(self, version: int = 0, **changes: Any) -> Any:
        bundle = self.zone.application(**changes)
        given = {"application": text(bundle.application), "court": text(bundle.court), "version": version}
        return await self.act(None, APPLY, **given)

    async def finish_run(self, *differences: Difference) -> None:
        async with self.desk.membership.act() as sitting:
            await conformance.record_run(sitting.conn, NINTH, Report(differences), sitting.now)

    async def version(self) -> int:
        return self.zone.standing.version

    def signatures(self, court: str, documents: list[Draft]) -> list[dict[str, str]]:
        made = self.zone.signatures(court, documents)
        return [{"document": name, "key": each.key, "signature": each.signature} for name, each in made.items()]

    async def sign(self, proposal: Any, court: str, document: str = SIGN, caller: Caller | None = None) -> Any:
        given = {"number": proposal["number"], "version": proposal["version"], "court": court}
        drafts_ = [draft(each) for each in proposal["documents"]]
        return await self.act(caller, document, **given, signatures=self.signatures(court, drafts_))

    async def decide(self, proposal: Any, courts: tuple[str, ...]) -> Any:
        for court in courts:
            if proposal["state"] == "OPEN":
                proposal = await self.sign(proposal, court, caller=head(court))
        return proposal


def draft(shown: dict[str, Any]) -> Draft:
    """A document out of an answer."""
    kinds = {"root": RootDocument, "members": MembersDocument}
    body = base64.b64decode(shown["body"])
    kind = kinds.get(shown["name"], AgreementDocument)
    return Draft(shown["name"], shown["version"], msgspec.json.decode(body, type=kind), body)


@asynccontextmanager
async def open_door(pool: Pool, clock: SetClock) -> AsyncIterator[Door]:
    """The gateway's door over that database, where eight courts are members."""
    zone = MembershipZone()
    async with open_desk(pool, clock, Zone()) as desk:
        parts = {each.name: getattr(desk, each.name) for each in fields(desk)}
        yield Door(ShelfDesk(**parts, managed=zone.office(pool, clock)), zone, clock)


async def approved(door: Door) -> Any:
    made = await door.apply()
    made = await door.act(FIRST, START, court=NINTH, version=made["version"])
    await door.finish_run()
    for admin in ADMINS:
        made = await door.act(admin, APPROVE, court=NINTH, version=made["version"])
    return made


async def everything(door: Door) -> tuple[int, dict[str, str]]:
    """How often something was published, and every row of every table."""
    async with door.desk.pool.acquire() as conn:
        names = [row["tablename"] for row in await conn.fetch(_TABLES)]
        return len(door.zone.published), {name: await conn.fetchval(_ROWS.format(name)) for name in names}


async def examined(door: Door, *differences: Difference) -> int:
    """The version of an application whose run has ended."""
    made = await door.apply()
    made = await door.act(FIRST, START, court=NINTH, version=made["version"])
    await door.finish_run(*differences)
    return int(made["version"])
