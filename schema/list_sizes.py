"""How many rows the unpaged lists of objects usually have, by `Type.field`: what the price of a document multiplies by.

A paged list is priced by its `first`; a list that is not declared here by `federation.graph.prices.UNPAGED`. The
figures are estimates for pricing, not caps (list_caps.py): no row is cut off by them. What is read by id is priced as
if it were as much as may be.
"""

from collections.abc import Mapping
from typing import Final

LIST_SIZES: Final[Mapping[str, int]] = {
    "AccessLog.entries": 20,
    "Asset.identity": 4,
    "AssetSearch.inquiries": 15,
    "AssistingUnit.items": 10,
    "CarriedTrafficSummary.counts": 30,
    "ConformanceRun.findings": 10,
    "ControlMeasure.history": 6,
    "ControlMeasure.receipts": 3,
    "CourtParticulars.keys": 5,
    "Coverage.courts": 20,
    "CrossBorderMatrix.rows": 64,
    "DebtorPresence.courts": 20,
    "DebtorProfile.whereabouts": 20,
    "DelegatedTask.followUps": 3,
    "DelegatedTask.pendingRequests": 2,
    "DelegatedTask.supervisions": 2,
    "DelegatedTask.statements": 10,
    "DelegatedTaskContent.documents": 5,
    "DelegationStatistics.pairs": 56,
    "DishonestEntries.entries": 2,
    "EnforcementCase.deferrals": 3,
    "EnforcementCase.parties": 5,
    "EnforcementCase.settlements": 3,
    "FedBackFinding.identity": 4,
    "Finding.identity": 4,
    "LookupEntry.courts": 8,
    "MeasureQueue.entries": 4,
    "Membership.openTasks": 20,
    "Membership.proposals": 3,
    "MembershipApplication.approvals": 2,
    "MembershipApplication.conformanceRuns": 3,
    "MembershipList.memberships": 20,
    "MembershipProposal.documents": 2,
    "MembershipProposal.signatures": 8,
    "OutstandingAmount.lines": 6,
    "PersonAccesses.entries": 20,
    "Query._entities": 100,
    "Query.nodes": 100,
    "RelativeDeclarations.declarations": 5,
    "TaskAsset.identity": 4,
    "TaskEvent.documents": 5,
    "TaskFeedback.receipts": 5,
    "TrackedTask.urges": 5,
    "__Type.enumValues": 10,
    "__Type.fields": 10,
    "__Type.inputFields": 10,
    "__Type.interfaces": 2,
    "__Type.possibleTypes": 3,
    "__Field.args": 3,
    "__Schema.types": 200,
}
