"""What tests of corrections ask: the list at every door, and the acts at the court that listed the debtor (歙县)."""

from typing import Any, Final

from db.clock import civil_date
from enforcement.rules.rights import Caller, Role
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA as GATEWAY_SCHEMA
from tests.enforcement.audit_desk import ask
from tests.enforcement.lookup_zone import FAR_CASE, PROFILE_OF, LookupZone, caller
from tests.federation.zone import SHEXIAN

HANDLER: Final = caller(SHEXIAN, 1)
CLERK: Final = caller(SHEXIAN, 2, Role.CLERK)
CHIEF: Final = caller(SHEXIAN, 3, Role.BUREAU_CHIEF)
PRESIDENT: Final = caller(SHEXIAN, 4, Role.PRESIDENT)
REQUEST_FIELDS: Final = """
    ... on EntryCorrection {
      id entryId caseNumber ground requester channel requestedOn recordedBy dueOn status decidedBy rejectionReason
      correctBy entryRevision servedOn reconsiderationOn superiorCourt reconsiderationDueOn reconsideredOn
      reconsideredBy version
    }
    ... on Problem { code }
    ... on Refusal { part }
"""
LISTED: Final = """
    query ($scope: Scope!, $first: Int! = 20, $after: String) {
      publicDishonestDebtors(scope: $scope, first: $first, after: $after) {
        ... on PublicDishonestDebtors {
          nodes { sourceCourt ground untilOn revision }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
"""
SANCTIONS: Final = PROFILE_OF % "... on DebtorProfile { sanctions { kind ground untilOn revision } }"
ENTRIES: Final = """
    query ($caseNumber: CaseNumber!) {
      dishonestEntries(caseNumber: $caseNumber) {
        ... on DishonestEntries { entries { id ground untilOn revision } }
        ... on Problem { code }
      }
    }
"""


async def act(courts: LookupZone, name: str, who: Caller | None, **given: Any) -> Any:
    """One of the mutations at 歙县, whose input is `given`."""
    kind = name[0].upper() + name[1:] + "Input"
    document = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {REQUEST_FIELDS} }} }}"
    return await ask(courts.courts[SHEXIAN], document, who, input=given)


async def entries(courts: LookupZone, who: Caller | None = HANDLER, number: str = FAR_CASE) -> Any:
    """The entries in force in a case of 歙县."""
    return await ask(courts.courts[SHEXIAN], ENTRIES, who, caseNumber=number)


async def requested(courts: LookupZone, who: Caller | None = CLERK, **changes: Any) -> Any:
    """The debtor disputes the one entry in force, today."""
    given: dict[str, Any] = {
        "ground": "SHOULD_NOT_BE_LISTED",
        "requester": "AGENT",
        "channel": "BY_POST",
        "requestedOn": civil_date(courts.clock.now()).isoformat(),
        "idempotencyKey": "k",
    }
    if "entryId" not in changes:
        given["entryId"] = (await entries(courts))["entries"][0]["id"]
    return await act(courts, "requestCorrection", who, **given | changes)


async def decided(courts: LookupZone, made: Any, who: Caller | None = CHIEF, **changes: Any) -> Any:
    """The request's decision: the entry goes, unless `changes` say otherwise."""
    given = {"id": made["id"], "version": made["version"], "decision": "REMOVE"} | changes
    return await act(courts, "decideCorrection", who, **given)


async def public_list(courts: LookupZone, **variables: Any) -> Any:
    """The list as anybody in the zone reads it at the gateway."""
    context = GatewayContext(courts.desk, caller("浙0824", 7, Role.COMMAND_CENTRE), "en")
    given = {"scope": {"wholeZone": True}, **variables}
    result = await GATEWAY_SCHEMA.execute(LISTED, variable_values=given, context_value=context)
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data["publicDishonestDebtors"]


async def seen_everywhere(courts: LookupZone) -> dict[str, Any]:
    """What each door shows of the debtor on the list: the gateway, another court's look-ups, the court itself."""
    scope = {"courts": [SHEXIAN]}
    profile = await courts.ask(SANCTIONS, sections=["SANCTIONS"], purpose="SANCTION_CHECK", scope=scope)
    return {
        "list": [(node["ground"], node["untilOn"], node["revision"]) for node in (await public_list(courts))["nodes"]],
        "presence": (await courts.presence(scope=scope))["dishonest"],
        "profile": [(row["ground"], row["untilOn"], row["revision"]) for row in profile["debtorProfile"]["sanctions"]],
        "court": [(row["ground"], row["untilOn"], row["revision"]) for row in (await entries(courts))["entries"]],
    }
