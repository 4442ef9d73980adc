"""Every row of a federated answer names the court that reports it, and the engine knows by which field."""

from pathlib import Path

import pytest
from graphql import GraphQLObjectType, get_named_type, is_abstract_type, is_object_type

from federation.graph import contract
from schema.reporters import reporters

SUPERGRAPH = contract.read((Path(__file__).parents[2] / "schema" / "supergraph.graphql").read_text("utf-8"))
OTHER_COURTS = {
    "CoveredCourt.code": "the coverage is made where the answer is rendered",
    "CourtDelegations.court": "derived from pairs",
    "PairDelegations.entrustedCourt": "the court that got the tasks; the delegating one reports",
    "ProfilePayment.venueCourt": "where it was paid; the court of the case reports",
}


def reached(kind: GraphQLObjectType, seen: dict[str, GraphQLObjectType]) -> dict[str, GraphQLObjectType]:
    """The types of all objects below `kind`."""
    seen[kind.name] = kind
    for field in kind.fields.values():
        below = get_named_type(field.type)
        assert not is_abstract_type(below), "reporting.py looks into objects only"
        if is_object_type(below) and below.name not in seen:
            reached(below, seen)
    return seen


@pytest.mark.parametrize("field", sorted(SUPERGRAPH.answers))
def test_each_court_in_an_answer_is_its_reporter_or_says_why_not(field: str) -> None:
    known = reporters(SUPERGRAPH.schema)
    courts = {
        f"{name}.{key}"
        for name, kind in reached(SUPERGRAPH.answers[field], {}).items()
        for key, member in kind.fields.items()
        if get_named_type(member.type).name == "CourtCode"
    }

    assert courts - OTHER_COURTS.keys() <= known
    assert not known & OTHER_COURTS.keys()


def test_every_exception_is_there() -> None:
    for coordinate in (*OTHER_COURTS, *reporters(SUPERGRAPH.schema)):
        name, _, key = coordinate.partition(".")
        kind = SUPERGRAPH.schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        assert key in kind.fields
