"""The GraphQL documents with which the demo tells its story: what an officer's front end would send."""

from typing import Final

ROUTE: Final = """
query Route($from: CourtCode!, $matter: DelegatedMatterType!, $division: String!) {
  delegationRoute(from: $from, matter: $matter, division: $division) {
    ... on DelegationRoute { court { code nameZh nameEn } papers approval signForWithin answerWithinDays reachable }
    ... on Problem { code message }
  }
}"""

PRESENCE: Final = """
query Presence($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
  debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
    ... on DebtorPresence {
      lookupId openCaseCount controlledAssetCount dishonest
      courts { sourceCourt openCaseCount }
      coverage { inScope asked answered complete }
    }
    ... on Problem { code message }
  }
}"""

PROFILE: Final = """
query Profile($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!, $sections: [ProfileSection!]!) {
  debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) {
    ... on DebtorProfile {
      lookupId
      assetsUnderControl { sourceCourt kind }
      coverage { inScope asked answered complete }
    }
    ... on Problem { code message }
  }
}"""

TASK: Final = """
query Task($id: ID!) {
  delegatedTask(id: $id) {
    id matter status version holder
    timeline { seq type author at status }
  }
}"""

TASK_OF_KEY: Final = """
mutation Create($input: CreateDelegatedTaskInput!) {
  createDelegatedTask(input: $input) { ... on DelegatedTask { id status version } ... on Problem { code message } }
}"""


def task_act(mutation: str) -> str:
    """The document of a mutation that moves a task: its input type is named after it."""
    name = mutation[0].upper() + mutation[1:] + "Input"
    return (
        f"mutation Act($input: {name}!) {{ {mutation}(input: $input) "
        "{ ... on DelegatedTask { id status version } ... on Problem { code message } } }"
    )
