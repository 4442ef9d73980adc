"""Every list of every schema is a page or has a cap; the caps are those of the statements and of the documentation."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    get_nullable_type,
)

from db import (
    applications,
    carried_messages,
    carried_traffic,
    claims,
    conformance_runs,
    delegated_search_tasks,
    distribution,
    findings,
    framework,
    held_standards,
    measure_events,
    measure_orders,
    measure_queue,
    membership_acts,
    notices,
    open_tracks,
    participations,
    parties,
    payout_deferrals,
    proposals,
    relatives,
    sanctions,
    search_results,
    searches,
    settlement_course,
    settlements,
    supervision_marks,
    suspensions,
    task_events,
    task_history,
    task_requests,
    tasks,
    tracks,
    unit_objections,
    units,
    urges,
)
from enforcement import framework_texts, workload
from enforcement.desk import meetings, resources
from enforcement.desk.membership import reading
from enforcement.rules import paging
from enforcement.rules.claims import MOST_CLAIMS
from enforcement.rules.maintenance import MOST_AHEAD
from schema.gateway.composition import MAX_CHANGES
from schema.list_caps import LIST_CAPS, Bound

ROOT = Path(__file__).parents[2]
FILES = ("node", "gateway", "supergraph")
PAGE = (ROOT / "docs" / "graph-ids.md").read_text(encoding="utf-8")
STATEMENTS = {
    "AssetSearch.findings": findings._OF_SEARCHES,
    "AssistanceNotice.objections": unit_objections._OF_NOTICES,
    "AssetSearch.inquiries": searches._INQUIRIES,
    "CarriedTrafficSummary.counts": carried_traffic._SUMMARY,
    "ControlMeasure.history": measure_events._OF_MEASURES,
    "ControlMeasure.orders": measure_orders._OF_MEASURES,
    "ControlMeasure.receipts": notices._RECEIPTS_OF_MEASURES,
    "DelegatedSearch.tasks": delegated_search_tasks._OF_SEARCHES,
    "DelegatedTask.followUps": tasks._FOLLOW_UPS,
    "DelegatedTask.history": task_history._OF_TASKS,
    "DelegatedTask.overlays": task_history._OVERLAYS,
    "DelegatedTask.pendingRequests": task_requests._OF_TASKS,
    "DelegatedTask.supervisions": supervision_marks._OF_TASKS,
    "DelegatedTask.timeline": task_events._OF_TASKS,
    "DeliveryList.messages": carried_messages._STATUS,
    "DishonestEntries.entries": sanctions._OF_CASE,
    "Claim.dues": claims._DUES,
    "DistributionPlan.debtors": distribution._DEBTORS,
    "DistributionPlan.payoutDeferrals": payout_deferrals._OF_PLANS,
    "DistributionPlan.objections": distribution._OBJECTIONS,
    "DistributionPlan.shares": distribution._SHARES,
    "EnforcementCase.distributionPlans": distribution._PLANS,
    "EnforcementCase.participations": participations._OF_CASES,
    "EnforcementCase.claims": claims._OF_CASES,
    "EnforcementCase.deferrals": settlements._DEFERRALS_OF_CASES,
    "EnforcementCase.parties": parties._OF_CASES,
    "EnforcementCase.settlements": settlements._OF_CASES,
    "MeasureQueue.entries": measure_queue._OF_ASSETS,
    "KindResult.channels": search_results._OF_SEARCHES,
    "EnforcementCase.suspensions": suspensions._OF_CASES,
    "Instalment.payments": settlement_course._MATCHES,
    "RelativeDeclarations.declarations": relatives._OF_OFFICER,
    "SettlementAgreement.changes": settlement_course._CHANGES,
    "SettlementAgreement.instalments": settlements._INSTALMENTS,
}
NUMBERS = {
    "Workload.credits": workload.MOST,
    "AgreedStandards.standards": held_standards.MOST,
    "ApplicationList.applications": applications.MOST,
    "DelegatedTask.statements": paging.MOST,
    "DelegatedTaskBatch.results": paging.MOST,
    "ConformanceRun.findings": conformance_runs.MOST_FINDINGS,
    "Membership.history": membership_acts.MOST_ACTS,
    "Membership.openTasks": open_tracks.MOST,
    "Membership.proposals": proposals.MOST,
    "MembershipApplication.approvals": 2,
    "MembershipApplication.conformanceRuns": reading.MOST_RUNS,
    "OutstandingAmount.claims": MOST_CLAIMS,
    "ProposalList.proposals": proposals.MOST,
    "CompositionCheck.breaking": MAX_CHANGES,
    "CompositionCheck.dangerous": MAX_CHANGES,
    "EnforcementCase.delegatedTaskIds": paging.MOST,
    "ExchangeMeeting.agenda": meetings.MOST_ON_AGENDA,
    "ExchangeMeeting.decisions": meetings.MOST_DECISIONS,
    "ExchangeMeeting.history": framework.MOST_ACTS,
    "FrameworkTexts.texts": framework_texts.MOST_OF_RECORD,
    "LiaisonOfficer.history": framework.MOST_ACTS,
    "NodeHealth.maintenance": MOST_AHEAD,
    "PublishedStandard.history": framework.MOST_ACTS,
    "Query._entities": 100,
    "Query.assistingUnits": inspect.signature(units.listed).parameters["limit"].default,
    "Query.nodes": 100,
    "ResourceOffer.history": framework.MOST_ACTS,
    "ResourceOffer.requests": resources.MOST_OF_OFFER,
    "SupervisionRecord.history": framework.MOST_ACTS,
    "TrackedTask.events": tracks._MOST_EVENTS,
    "TrackedTask.urges": urges._MOST_URGES,
}


def _lists(file: str) -> Iterator[tuple[str, GraphQLObjectType | GraphQLInterfaceType, Any]]:
    schema = build_schema((ROOT / "schema" / f"{file}.graphql").read_text(encoding="utf-8"))
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            for field_name, field in kind.fields.items():
                if isinstance(get_nullable_type(field.type), GraphQLList):
                    yield f"{name}.{field_name}", kind, field


def _is_page(kind: GraphQLObjectType | GraphQLInterfaceType) -> bool:
    return "pageInfo" in kind.fields


@pytest.mark.parametrize("file", FILES)
def test_each_list_is_a_page_or_has_a_cap(file: str) -> None:
    loose = {path for path, kind, _ in _lists(file) if not _is_page(kind)}

    assert loose - LIST_CAPS.keys() == set()


def test_each_cap_is_of_a_list() -> None:
    loose = {path for file in FILES for path, kind, _ in _lists(file) if not _is_page(kind)}

    assert LIST_CAPS.keys() - loose == set()


def test_each_page_is_asked_for_with_first_and_after() -> None:
    """A live twin shows the first page; the query leads on."""
    for file in FILES:
        schema = build_schema((ROOT / "schema" / f"{file}.graphql").read_text(encoding="utf-8"))
        for path, returned, arguments in _fields(schema):
            kinds = getattr(returned, "types", (returned,))
            if any("pageInfo" in getattr(kind, "fields", ()) for kind in kinds):
                paged = {"first"} if path.startswith("Subscription.") else {"first", "after"}
                assert paged == {"first", "after"} & set(arguments), path


def _fields(schema: Any) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            yield from ((f"{name}.{f}", get_named_type(field.type), field.args) for f, field in kind.fields.items())


def test_connections_are_those_of_relay() -> None:
    schema = build_schema((ROOT / "schema" / "node.graphql").read_text(encoding="utf-8"))
    connections = [kind for name, kind in schema.type_map.items() if name.endswith("Connection")]
    assert len(connections) >= 8

    for kind in connections:
        assert isinstance(kind, GraphQLObjectType)
        assert set(kind.fields) == {"nodes", "edges", "pageInfo"}
        assert get_named_type(kind.fields["pageInfo"].type).name == "PageInfo"
        edge = get_named_type(kind.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)
        assert str(edge.fields["cursor"].type) == "String!"
        assert str(edge.fields["node"].type) == f"{get_named_type(kind.fields['nodes'].type)}!"
    info = schema.type_map["PageInfo"]
    assert {name: str(field.type) for name, field in info.fields.items()} == {  # type: ignore[attr-defined]  # an object
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_values_are_those_of_an_enum_or_of_a_closed_set() -> None:
    closed = {
        "AccessEntry.roles",
        "AccessEntry.sections",
        "AuditEvent.roles",
        "AuditEvent.sections",
        "DelegatedTaskCounts.counts",
        "LookupEntry.roles",
        "LookupEntry.sections",
        "ClaimOutstanding.lines",
        "OutstandingAmount.lines",
        "Query.immuneFunds",
        "PersonAccess.roles",
        "SettlementAgreement.decisions",
        "PersonAccess.sections",
    }
    for path, _, field in (each for file in FILES for each in _lists(file)):
        if LIST_CAPS.get(path) is Bound.VALUES and path not in closed:
            assert isinstance(get_named_type(field.type), GraphQLEnumType), path


def test_a_cap_is_the_statements_own() -> None:
    numbers = {path: cap for path, cap in LIST_CAPS.items() if isinstance(cap, int)}
    said = {path: int(re.findall(r"LIMIT (\d+)", statement)[-1]) for path, statement in STATEMENTS.items()}

    assert said | NUMBERS == numbers


def test_the_documentation_has_the_caps() -> None:
    rows = re.findall(r"^\| `(\w+\.\w+)` \| ([\d,]+) \|", PAGE, re.MULTILINE)

    assert {path: int(cap.replace(",", "")) for path, cap in rows} == {
        path: cap for path, cap in LIST_CAPS.items() if isinstance(cap, int)
    }
