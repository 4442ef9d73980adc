from pathlib import Path

import pytest
from graphql import Lexer, Source, TokenKind

from federation.graph import contract
from federation.graph.compose import (
    MAX_CHARACTERS,
    MAX_TOKENS,
    Change,
    UnreadableSchema,
    Verdict,
    compose,
    federated_only,
    read_schema,
)
from federation.graph.difference import Difference, Kind
from tests.federation.graph.sample import CONTRACT, SDL

NODE = (Path(__file__).parents[3] / "schema" / "node.graphql").read_text(encoding="utf-8")
INPUTS = SDL.replace("stock(of: String!)", "stock(of: String!, by: Way, in: [Where!])").replace(
    "enum Colour", "enum Way { SEA LAND } input Where { place: String! near: Where } enum Colour"
)


def differences(before: str, after: str, sdl: str = SDL) -> list[tuple[str, str]]:
    assert before in sdl
    composed = compose(contract.read(sdl), sdl.replace(before, after))
    assert composed.verdict("stock") is (Verdict.UNSUPPORTED if composed.fields["stock"] else Verdict.SERVED)
    return [(difference.path, difference.kind) for difference in composed.fields["stock"]]


def test_a_member_of_this_release_serves_every_field() -> None:
    composed = compose(contract.read(NODE), NODE)

    assert set(composed.fields) == set(contract.read(NODE).answers)
    assert {composed.verdict(field) for field in composed.fields} == {Verdict.SERVED}
    assert composed.breaking == ()
    assert composed.dangerous == ()


CUBE = "type Cube implements Thing { name: String! }"
NO = "type No implements Problem { code: String! }"
STOCK = "Query.stock<Stock>"


@pytest.mark.parametrize(
    ("before", "after", "path", "kind"),
    [
        ("stock(of", "stack(of", "Query.stock", Kind.MISSING_FIELD),
        ("worth: Money @merge(by: SUM)", "", f"{STOCK}.worth", Kind.MISSING_FIELD),
        ("round: Boolean!", "flat: Boolean!", f"{STOCK}.things<Ball>.round", Kind.MISSING_FIELD),
        ("low: Money ", "low: BigInt ", f"{STOCK}.low", Kind.OTHER_TYPE),
        ("things: [Thing!] ", "things: Thing ", f"{STOCK}.things", Kind.OTHER_TYPE),
        ("boxes: [Box!]!", "boxes: [Ball!]!", f"{STOCK}.boxes", Kind.OTHER_TYPE),
        ("enum Colour { RED GREEN }", "scalar Colour", f"{STOCK}.boxes.colour", Kind.OTHER_TYPE),
        ("count: BigInt!", "count: BigInt", f"{STOCK}.count", Kind.NULLABILITY),
        ("boxes: [Box!]!", "boxes: [Box]!", f"{STOCK}.boxes", Kind.NULLABILITY),
        ("text: String!", "text: String", f"{STOCK}.cover.notes.text", Kind.NULLABILITY),
        ("(of: String!)", "", "Query.stock(of)", Kind.MISSING_ARGUMENT),
        ("(of: String!)", "(of: Int!)", "Query.stock(of)", Kind.OTHER_TYPE),
        ("(of: String!)", "(of: String! at: Int!)", "Query.stock(at)", Kind.REQUIRED_ARGUMENT),
        ("{ RED GREEN }", "{ RED GREEN BLUE }", f"{STOCK}.boxes.colour", Kind.ENUM_VALUES),
        ("StockResult = Stock | Refusal", "StockResult = Stock | Box", "Query.stock", Kind.POSSIBLE_TYPES),
        ("Box implements Thing", "Box", f"{STOCK}.things", Kind.POSSIBLE_TYPES),
        ("Box implements Thing", "Box", f"{STOCK}.boxes", Kind.POSSIBLE_TYPES),
        (
            "type Cover",
            "type Cube implements Thing { name: String! } type Cover",
            f"{STOCK}.things",
            Kind.POSSIBLE_TYPES,
        ),
        ("low: Money @merge(by: MIN)", "low: Money @merge(by: MAX)", f"{STOCK}.low", Kind.MERGE_RULE),
        ("low: Money @merge(by: MIN)", "low: Money", f"{STOCK}.low", Kind.MERGE_RULE),
        ("@federated  plain", "@federated(carry: CLEAR)  plain", "Query.stock", Kind.CARRY),
        ("@federated  plain", " plain", "Query.stock", Kind.CARRY),
    ],
)
def test_a_contradiction_is_named_with_its_path(before: str, after: str, path: str, kind: Kind) -> None:
    assert (path, kind) in differences(before, after)


@pytest.mark.parametrize(
    ("before", "after", "path", "kind"),
    [
        ("{ SEA LAND }", "{ SEA }", "Query.stock(by)", Kind.ENUM_VALUES),
        ("by: Way", "by: Way!", "Query.stock(by)", Kind.NULLABILITY),
        ("place: String!", "spot: String", "Query.stock(in).place", Kind.MISSING_ARGUMENT),
        ("place: String!", "place: String! size: Int!", "Query.stock(in).size", Kind.REQUIRED_ARGUMENT),
        ("near: Where", "near: [Where!]", "Query.stock(in).near", Kind.OTHER_TYPE),
    ],
)
def test_arguments_are_compared_the_other_way_round(before: str, after: str, path: str, kind: Kind) -> None:
    assert differences(before, after, INPUTS) == [(path, kind)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("worth: Money", "worth: Money!"),
        ("things: [Thing!] ", "things: [Thing!]! "),
        ("{ RED GREEN }", "{ RED }"),
        ("of: String!", "of: String"),
        ("of: String!", "of: String!, at: Int! = 3"),
        ("near: Where", "near: Where, far: Int"),
        ("{ SEA LAND }", "{ SEA LAND AIR }"),
        ("unit: String", "made: Int @merge(by: SAME) unit: String"),
        ("type Cover", "type Cube { name: String! } type Cover"),
        ("plain: Int", "plain: String"),
        (
            "StockResult = Stock | Refusal",
            f"StockResult = Stock | Refusal | No {NO}",
        ),
    ],
)
def test_more_than_the_contract_is_served(before: str, after: str) -> None:
    assert differences(before, after, INPUTS) == []


def test_a_member_may_serve_a_field_below_a_door() -> None:
    clear = SDL.replace("StockResult! @federated", "StockResult! @federated(carry: CLEAR)")
    root = "type Query {"
    below = clear.replace(root, "type Query { zone: Zone! all: [Zone!] } type Zone {")

    composed = compose(contract.read(clear), below)
    assert composed.fields["stock"] == ()
    assert composed.breaking == ()
    unmarked = compose(contract.read(clear), below.replace("@federated(carry: CLEAR)", ""))
    assert unmarked.fields["stock"] == (Difference("Query.stock", Kind.MISSING_FIELD),)
    own = below.replace("type Query {", "type Query { stock: Int")
    assert compose(contract.read(clear), own).fields["stock"] == ()
    odd = compose(contract.read(clear), clear.replace("carry: CLEAR)", "carry: AIR)"))
    assert odd.fields["stock"] == (Difference("Query.stock", Kind.CARRY),)


def test_unknown_values_are_served_where_they_can_be_rendered_down() -> None:
    open_ended = SDL.replace("{ RED GREEN }", "{ RED GREEN OTHER }")

    assert differences("GREEN OTHER", "GREEN BLUE OTHER", open_ended) == []


def test_each_type_is_compared_once_at_its_shortest_path() -> None:
    assert differences("text: String! ", "") == [(f"{STOCK}.cover.notes.text", Kind.MISSING_FIELD)]


def test_breaking_and_dangerous_changes_are_told() -> None:
    sdl = SDL.replace("worth: Money @merge(by: SUM)", "").replace("{ RED GREEN }", "{ RED GREEN BLUE }")

    composed = compose(CONTRACT, sdl)

    assert composed.breaking == (Change("FIELD_REMOVED", "Field Stock.worth was removed."),)
    assert composed.dangerous == (Change("VALUE_ADDED_TO_ENUM", "Enum value Colour.BLUE was added."),)


def test_a_members_own_roots_are_its_own_matter() -> None:
    assert compose(CONTRACT, SDL.replace("plain: Int", "simple: Int")).breaking == ()
    reduced = federated_only(CONTRACT.schema, CONTRACT.answers).query_type
    assert reduced is not None
    assert list(reduced.fields) == ["stock"]


@pytest.mark.parametrize(
    "sdl",
    [
        "",
        "{ query }",
        "type Query",
        "type NoQuery { a: Int }",
        "type Query { a: Unknown }",
        "type Query { a: Int } type Query { b: Int }",
        "type Query { a: Int } enum Query { B }",
        "type Query { a: Int } scalar A scalar A",
        "type Query { a: " + "[" * 5000 + "Int" + "]" * 5000 + " }",
        "type Query { a: In } input In { a: Int }",
        "schema { query: Nowhere } type Query { a: Int }",
        "schema { query: E } enum E { A }",
        "type Query { a: Int } union U = E enum E { A }",
        "type Query { a: Int } union U = Nowhere",
        "extend type Query { a: Int }",
        "type Query implements E { a: Int } enum E { A }",
        "type Query { a(b: Query): Int }",
        "type Query { " + " ".join(f"a{n}: Int" for n in range(MAX_TOKENS // 3)) + " }",
        "#" * (MAX_CHARACTERS + 1),
        "\ud800",
        "interface I { "
        + " ".join(f"a{n}: Int" for n in range(5000))
        + " } "
        + " ".join(f"type T{n} implements I {{ a: Int }}" for n in range(1500))
        + " type Query { a: Int }",
        " ".join(f"interface I{n} implements {' & '.join(f'I{m}' for m in range(150))} {{ a: Int }}" for n in range(90))
        + " type Query { a: Int }",
        "type Query { a: Int } directive @d(a: Unknown) on FIELD",
    ],
)
def test_what_is_no_schema_is_refused(sdl: str) -> None:
    with pytest.raises(UnreadableSchema):
        compose(CONTRACT, sdl)


def test_what_validation_multiplies_is_capped_before_it_is_validated() -> None:
    fields = " ".join(f"a{number}: Int" for number in range(2000))
    types = " ".join(f"type T{number} implements I {{ a0: Int }}" for number in range(6))

    with pytest.raises(UnreadableSchema) as caught:
        read_schema(f"type Query {{ a: Int }} interface I {{ {fields} }} {types}")

    assert caught.value.part == "SIZE"


def test_the_caps_leave_room_for_three_times_the_nodes_schema() -> None:
    lexer, tokens = Lexer(Source(NODE)), 1
    while lexer.advance().kind is not TokenKind.EOF:
        tokens += 1

    assert 3 * tokens < MAX_TOKENS
    assert 3 * len(NODE) < MAX_CHARACTERS
    assert read_schema(NODE).query_type is not None
