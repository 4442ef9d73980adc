"""How long each list may be that is no page, by `Type.field`: a number, or what bounds it.

Invariant: every list of every SDL is a page (its type has `pageInfo`) or stands here; a test walks them. The numbers
are those of the statements' LIMIT, and stand in docs/graph-ids.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from federation.graph.shape import MAX_LIST
from schema.objects import MOST_IDS


class Bound(StrEnum):
    """What bounds a list that has no number of its own."""

    COURTS = "courts"  # one for each court, county, agreement or pair of courts that the signed directory lists
    EACH_COURT = "each court"  # at most MAX_LIST from each court in scope: a part with more is refused whole
    FIELDS = "fields"  # one for each field of the document, or of a schema whose size is capped
    RECORD = "record"  # inside one record, written whole by one request, message or file row of capped size
    VALUES = "values"  # each value of its enum at most once


PER_COURT: Final = MAX_LIST
"""The most rows of one list in one court's part."""

LIST_CAPS: Final[Mapping[str, int | Bound]] = {
    "AccessEntry.roles": Bound.VALUES,
    "AccessEntry.sections": Bound.VALUES,
    "AgreedStandard.signedBy": Bound.COURTS,
    "AgreedStandards.standards": 1000,
    "AgreementList.agreements": Bound.COURTS,
    "ApplicationList.applications": 500,
    "Asset.identity": Bound.RECORD,
    "AssetSearch.findings": 5000,
    "AssetSearch.inquiries": 5000,
    "AssetSearch.kinds": Bound.VALUES,
    "AssistanceItem.assetKinds": Bound.VALUES,
    "AssistanceItem.documents": Bound.RECORD,
    "AssistingUnit.items": Bound.RECORD,
    "AssistingUnits.units": Bound.EACH_COURT,
    "AuditEvent.roles": Bound.VALUES,
    "AuditEvent.sections": Bound.VALUES,
    "CarriedTrafficSummary.counts": 1000,
    "ComposedField.contradictions": Bound.FIELDS,
    "CompositionCheck.breaking": 200,
    "CompositionCheck.dangerous": 200,
    "CompositionCheck.fields": Bound.FIELDS,
    "ConformanceRun.findings": 200,
    "ControlMeasure.history": 2000,
    "ControlMeasure.receipts": 1000,
    "CourtAgreement.matters": Bound.RECORD,
    "CourtAgreement.purposes": Bound.RECORD,
    "CourtAgreement.sections": Bound.RECORD,
    "CourtParticulars.keys": Bound.RECORD,
    "Coverage.contradictions": Bound.FIELDS,
    "Coverage.courts": Bound.COURTS,
    "CrossBorderMatrix.rows": Bound.EACH_COURT,
    "DebtorPresence.courts": Bound.COURTS,
    "DebtorProfile.assetsUnderControl": Bound.EACH_COURT,
    "DebtorProfile.cases": Bound.EACH_COURT,
    "DebtorProfile.payments": Bound.EACH_COURT,
    "DebtorProfile.sanctions": Bound.EACH_COURT,
    "DebtorProfile.settlements": Bound.EACH_COURT,
    "DebtorProfile.whereabouts": Bound.EACH_COURT,
    "DelegatedTask.followUps": 500,
    "DelegatedTask.history": 10_000,
    "DelegatedTask.overlays": 10_000,
    "DelegatedTask.pendingRequests": 10_000,
    "DelegatedTask.supervisions": 10_000,
    "DelegatedTask.statements": 10_000,
    "DelegatedTask.timeline": 10_000,
    "DelegatedTaskBatch.results": 100,
    "DelegatedTaskContent.documents": Bound.RECORD,
    "DelegatedTaskContent.kinds": Bound.VALUES,
    "DelegatedTaskCounts.counts": Bound.VALUES,
    "DelegationRoute.dutyOfficers": Bound.RECORD,
    "DelegationRoute.papers": Bound.VALUES,
    "DelegationStatistics.courts": Bound.COURTS,
    "DelegationStatistics.pairs": Bound.EACH_COURT,
    "DeliveryList.messages": 500,
    "DishonestEntries.entries": 100,
    "DutyOfficer.dutyHours": Bound.RECORD,
    "EnforcementCase.deferrals": 100,
    "EnforcementCase.delegatedTaskIds": 100,
    "EnforcementCase.parties": 500,
    "EnforcementCase.settlements": 100,
    "ExchangeMeeting.agenda": 50,
    "ExchangeMeeting.courts": Bound.RECORD,
    "ExchangeMeeting.decisions": 100,
    "ExchangeMeeting.history": 100_000,
    "FedBackFinding.identity": Bound.RECORD,
    "FederationHealth.nodes": Bound.COURTS,
    "Finding.identity": Bound.RECORD,
    "FrameworkTexts.texts": 100,
    "Inventory.items": Bound.RECORD,
    "LegalDocumentMissing.missing": Bound.VALUES,
    "LiaisonOfficer.history": 100_000,
    "LiaisonOfficer.hours": Bound.RECORD,
    "LookupEntry.courts": Bound.COURTS,
    "LookupEntry.roles": Bound.VALUES,
    "LookupEntry.sections": Bound.VALUES,
    "MeasureQueue.entries": 10000,
    "Membership.history": 1000,
    "Membership.openTasks": 500,
    "Membership.proposals": 200,
    "MembershipApplication.approvals": 2,
    "MembershipApplication.conformanceRuns": 20,
    "MembershipList.memberships": Bound.COURTS,
    "MembershipProposal.documents": Bound.RECORD,
    "MembershipProposal.signatures": Bound.COURTS,
    "MembershipProposal.voters": Bound.COURTS,
    "NodeHealth.maintenance": 20,
    "OutstandingAmount.lines": Bound.VALUES,
    "PersonAccess.roles": Bound.VALUES,
    "PersonAccess.sections": Bound.VALUES,
    "ProposalList.proposals": 200,
    "PublishedStandard.history": 100_000,
    "PublishedStandard.papers": Bound.VALUES,
    "PublishedStandard.signedBy": Bound.COURTS,
    "Query._entities": MOST_IDS,
    "Query.assistingUnits": 500,
    "Query.immuneFunds": Bound.VALUES,
    "Query.courts": Bound.COURTS,
    "Query.nodes": MOST_IDS,
    "RelativeDeclarations.declarations": 200,
    "ResourceOffer.history": 100_000,
    "ResourceOffer.requests": 200,
    "ResourceOffer.toCourts": Bound.RECORD,
    "SettlementAgreement.instalments": 5000,
    "StandardDemands.papers": Bound.VALUES,
    "SupervisionRecord.history": 100_000,
    "TaskAsset.identity": Bound.RECORD,
    "TaskEvent.documents": Bound.RECORD,
    "TaskEvent.papersWanted": Bound.VALUES,
    "TaskFeedback.findings": Bound.RECORD,
    "TaskFeedback.receipts": Bound.RECORD,
    "TaskFeedback.searched": Bound.RECORD,
    "TaskStep.officers": Bound.RECORD,
    "TrackedTask.events": 20_000,
    "TrackedTask.urges": 20_000,
    "UnifiedStandards.standards": Bound.EACH_COURT,
    "Zone.agreements": Bound.COURTS,
    "Zone.counties": Bound.COURTS,
    "Zone.courts": Bound.COURTS,
}
