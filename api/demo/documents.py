"""The GraphQL documents with which the demo tells its story: what an officer's front end would send."""

from typing import Final

_PROBLEM: Final = "... on Problem { code message }"

ROUTE: Final = f"""
query Route($from: CourtCode!, $matter: DelegatedMatterType!, $division: String!) {{
  delegationRoute(from: $from, matter: $matter, division: $division) {{
    ... on DelegationRoute {{
      entrustedCourt {{ code name }} papers approval signForWithin {{ days unit }} answerWithinDays health {{ state }}
    }}
    {_PROBLEM}
  }}
}}"""

TRACKED_TASK: Final = f"""
query Track($id: UUID!) {{
  trackedTask(id: $id) {{
    ... on TrackedTask {{ id status holder {{ code }} nextDeadline events {{ type at author {{ code }} }} }}
    {_PROBLEM}
  }}
}}"""

TRAFFIC: Final = f"""
query Traffic($since: DateTime!) {{
  carriedTrafficSummary(since: $since) {{
    ... on CarriedTrafficSummary {{ counts {{ kind paddedKib outcome envelopes }} }}
    {_PROBLEM}
  }}
}}"""

_COVERAGE: Final = "coverage { inScope asked answered complete }"

PRESENCE: Final = f"""
query Presence($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {{
  debtorPresence(identity: $identity, basis: $basis, scope: $scope) {{
    ... on DebtorPresence {{ lookupId openCaseCount courts {{ sourceCourt openCaseCount }} {_COVERAGE} }}
    {_PROBLEM}
  }}
}}"""

PROFILE: Final = f"""
query Profile(
  $identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!, $sections: [ProfileSection!]!
) {{
  debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) {{
    ... on DebtorProfile {{ lookupId assetsUnderControl {{ sourceCourt kind }} {_COVERAGE} }}
    {_PROBLEM}
  }}
}}"""

CASE: Final = f"""
query Case($caseNumber: CaseNumber!, $asOf: Date!) {{
  enforcementCase(caseNumber: $caseNumber) {{
    ... on EnforcementCase {{
      id status delegatedTaskIds
      assets {{ nodes {{ id kind identity {{ part value }} source asOf }} }}
      findings {{ nodes {{ id kind identity {{ part value }} unitName source asOf court adoptedAt }} }}
      measures {{
        nodes {{
          id kind status rank effectiveAt registeredAt expiresOn orderingCourt executingCourt rulingNo
          asset {{ id }} receipts {{ receiptNo rank }}
        }}
      }}
      payments {{ nodes {{ id amount paidOn venueCourt }} }}
      settlements {{ id total status venueCourt signedOn instalments {{ amount }} }}
      deferrals {{ id kind ground }}
      outstanding(asOf: $asOf) {{ paid left }}
    }}
    {_PROBLEM}
  }}
}}"""

TASK: Final = f"""
query Task($id: UUID!) {{
  delegatedTask(id: $id) {{
    ... on DelegatedTask {{ id matter status version holder timeline {{ seq type author at status }} }}
    {_PROBLEM}
  }}
}}"""

SEARCH: Final = f"""
query Search($id: UUID!) {{
  assetSearch(id: $id) {{
    ... on AssetSearch {{
      id status inquiries {{ unitName outcome reason }}
      findings {{ id kind identity {{ part value }} description unitId unitName source asOf }}
    }}
    {_PROBLEM}
  }}
}}"""

LOOKUP_LOG: Final = f"""
query Log($caseNumber: CaseNumber!) {{
  lookupLog(caseNumber: $caseNumber, first: 100) {{
    ... on LookupLog {{ entries {{ id field outcome caseNumber }} }}
    {_PROBLEM}
  }}
}}"""

CASES: Final = f"""
query Cases($after: String) {{
  enforcementCases(first: 100, after: $after) {{
    ... on EnforcementCaseConnection {{ nodes {{ caseNumber }} pageInfo {{ hasNextPage endCursor }} }}
    {_PROBLEM}
  }}
}}"""


def make(mutation: str, result: str) -> str:
    """The document of a mutation whose input type is named after it; of `result` it reads the id."""
    name = mutation[0].upper() + mutation[1:] + "Input"
    return f"mutation Make($input: {name}!) {{ {mutation}(input: $input) {{ ... on {result} {{ id }} {_PROBLEM} }} }}"


_INPUTS: Final = {
    "submitDelegatedTask": "TaskVersionInput",
    "approveDelegatedTask": "TaskOpinionInput",
    "dispatchDelegatedTask": "TaskVersionInput",
    "signForDelegatedTask": "TaskVersionInput",
    "confirmDelegatedTask": "TaskVersionInput",
    "assignDelegatedTask": "AssignDelegatedTaskInput",
    "recordHandlingStep": "RecordHandlingStepInput",
    "submitFeedback": "SubmitFeedbackInput",
}


def task_act(mutation: str) -> str:
    """The document of a mutation that moves a task."""
    return (
        f"mutation Act($input: {_INPUTS[mutation]}!) {{ {mutation}(input: $input) "
        f"{{ ... on DelegatedTask {{ id status version }} {_PROBLEM} }} }}"
    )


CREATE_TASK: Final = make("createDelegatedTask", "DelegatedTask")
REQUEST_SEARCH: Final = make("requestAssetSearch", "AssetSearch")
ADOPT: Final = make("adoptFinding", "Asset")
RULE_MEASURE: Final = make("ruleMeasure", "ControlMeasure")
SERVE_NOTICE: Final = make("serveAssistanceNotice", "AssistanceNotice")
PAY: Final = make("recordPayment", "Payment")
SETTLE: Final = make("recordSettlement", "SettlementAgreement")
DEFER: Final = make("requestDeferral", "Deferral")
