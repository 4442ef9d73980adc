from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from federation.graph import contract, selection, shape
from federation.graph.contract import Contract
from federation.graph.difference import Difference, Kind
from federation.graph.shape import WrongShape
from federation.graph.skew import CannotNarrow, common, is_spoken, narrow, succession, succession_of_roots, written
from tests.federation.graph.sample import SDL

OPEN = SDL.replace("{ RED GREEN }", "{ RED GREEN OTHER }")
OLDER = contract.read(OPEN)
NEWER = contract.read(
    OPEN.replace("GREEN OTHER", "GREEN BLUE OTHER")
    .replace("size: Int!", "size: Int! weight: Int")
    .replace("type Cover", "type Bag implements Thing { name: String! } type Cover")
)
CHOSEN = selection.read(
    "{ ... on Stock { n: count boxes { size c: colour } things { __typename name ... on Box { colour } } } }"
)
BLUE: dict[str, Any] = {
    "n": 2,
    "boxes": [{"size": 1, "c": "BLUE"}, {"size": 2, "c": None}],
    "things": [{"__typename": "Box", "name": "b", "colour": "RED"}, {"__typename": "Ball", "name": "c"}],
}


def checked(schema: GraphQLSchema, made: Contract, part: object) -> object:
    return shape.check(schema, made.answers["stock"], CHOSEN, orjson.dumps(part))


def test_an_unknown_value_becomes_other_and_is_marked() -> None:
    with pytest.raises(WrongShape):
        checked(OLDER.schema, OLDER, BLUE)

    narrowed = narrow(OLDER.schema, OLDER.answers["stock"], CHOSEN, BLUE)

    assert narrowed.is_narrowed
    assert narrowed.part == {**BLUE, "boxes": [{"size": 1, "c": "OTHER"}, {"size": 2, "c": None}]}
    assert checked(OLDER.schema, OLDER, narrowed.part) == narrowed.part


def test_what_the_contract_knows_is_left_as_it_is() -> None:
    known = {**BLUE, "boxes": [{"size": 1, "c": "GREEN"}]}

    narrowed = narrow(OLDER.schema, OLDER.answers["stock"], CHOSEN, known)

    assert not narrowed.is_narrowed
    assert orjson.dumps(narrowed.part) == orjson.dumps(known)


def test_a_value_without_other_cannot_be_narrowed() -> None:
    closed = contract.read(SDL)

    with pytest.raises(CannotNarrow):
        narrow(closed.schema, closed.answers["stock"], CHOSEN, BLUE)


def test_a_row_of_an_unknown_type_cannot_be_narrowed() -> None:
    bag = {**BLUE, "things": [{"__typename": "Bag", "name": "b"}]}
    checked(NEWER.schema, NEWER, bag)

    with pytest.raises(CannotNarrow):
        narrow(OLDER.schema, OLDER.answers["stock"], CHOSEN, bag)


COURTS = """
    enum Why { GONE OTHER }
    enum Light { GREEN OTHER }
    interface Thing { name: String! }
    type Lamp implements Thing { name: String! is: Light }
    type Door implements Thing { name: String! is: Why }
    type Court { why: Why narrowed: Boolean! }
    type Query { courts: [Court!]! things: [Thing!]! }
    type Mutation { close(why: Why): Court }
    type Subscription { court: Court }
"""


def in_older_words(chosen: str, part: dict[str, Any], **how: Any) -> dict[str, Any]:
    older = build_schema(COURTS)
    assert isinstance(older.query_type, GraphQLObjectType)
    return narrow(older, older.query_type, selection.read(chosen), part, **how).part


def test_an_object_that_can_say_so_is_marked() -> None:
    part = {"courts": [{"why": "GONE", "n": False}, {"why": "LATE", "n": False}, {"why": None, "n": True}]}

    assert in_older_words("{ courts { n: narrowed why } }", part) == {
        "courts": [{"why": "GONE", "n": False}, {"why": "OTHER", "n": True}, {"why": None, "n": True}]
    }


def test_types_are_named_under_a_key_that_goes_no_further() -> None:
    chosen = "{ things { ... on Lamp { is } ... on Door { is } } }"
    part = {"things": [{"is": "GREEN", "_t": "Lamp"}, {"is": "GONE", "_t": "Door"}, {"is": "BLUE", "_t": "Door"}]}

    assert in_older_words(chosen, part, names="_t") == {"things": [{"is": "GREEN"}, {"is": "GONE"}, {"is": "OTHER"}]}
    with pytest.raises(CannotNarrow):
        in_older_words(chosen, part)


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("court: Court", "courts: Court", "Subscription.court"),
        ("type Subscription { court: Court }", "", "Subscription.court"),
        ("close(why: Why)", "close(why: Why, at: Int!)", "Mutation.close(at)"),
        ("type Court { why: Why", "type Court { why: String", "Query.courts.why"),
    ],
)
def test_roots_are_held_whatever_the_operation(before: str, after: str, path: str) -> None:
    assert before in COURTS
    made = succession_of_roots(build_schema(COURTS), build_schema(COURTS.replace(before, after)))

    assert path in {difference.path for difference in made.broken}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GONE OTHER", "GONE LATE OTHER"),
        ("type Court {", "type Court { since: Int!"),
        ("type Query {", "type Query { more: Int!"),
        ("close(why: Why)", "open: Int close(why: Why, at: Int)"),
    ],
)
def test_roots_may_gain(before: str, after: str) -> None:
    assert before in COURTS

    assert succession_of_roots(build_schema(COURTS), build_schema(COURTS.replace(before, after))).is_lawful


@pytest.mark.parametrize(
    ("own", "served", "asked_in"),
    [
        (1, [1], 1),
        (1, [1, 2], 1),
        (1, [2], None),
        (1, [], None),
        (2, [1], 1),
        (2, [2, 1], 2),
        (2, [2, 3], 2),
        (2, [3, 4], None),
        (4, [1, 2], None),
        (1, [0], None),
    ],
)
def test_the_highest_contract_of_both_is_spoken(own: int, served: list[int], asked_in: int | None) -> None:
    assert common(own, served) == asked_in


def test_what_is_asked_in_is_spoken_by_whoever_serves_it() -> None:
    for own in range(1, 5):
        for other in range(1, 5):
            asked_in = common(own, written(other))
            assert asked_in is None or (is_spoken(other, asked_in) and is_spoken(own, asked_in))
            assert (asked_in is not None) == (abs(own - other) <= 1)


def succeeded(before: str, after: str, sdl: str = OPEN) -> Any:
    assert before in sdl
    return succession(contract.read(sdl), contract.read(sdl.replace(before, after)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("colour: Colour", "colour: Colour weight: Int"),
        ("unit: String", "made: Int @merge(by: SAME) unit: String"),
        ("GREEN OTHER", "GREEN BLUE OTHER"),
        ("of: String!", "of: String!, at: Int"),
        ("of: String!", "of: String!, at: Int! = 3"),
        ("of: String!", "of: String"),
        ("@federated  plain", "@federated  shelf: Stock! @federated  plain"),
        ("more: Note", "more: Note extra: Extra } type Extra { must: Int!"),
        ("plain: Int", ""),
    ],
)
def test_what_may_be_added_is_lawful(before: str, after: str) -> None:
    assert succeeded(before, after).is_lawful


@pytest.mark.parametrize(
    ("before", "after", "path", "kind"),
    [
        ("worth: Money @merge(by: SUM)", "", "Query.stock<Stock>.worth", Kind.MISSING_FIELD),
        ("stock(", "shelf(", "Query.stock", Kind.MISSING_FIELD),
        ("of: String!", "of: String!, at: Int!", "Query.stock(at)", Kind.REQUIRED_ARGUMENT),
        ("of: String!", "at: String", "Query.stock(of)", Kind.MISSING_ARGUMENT),
        ("text: String!", "text: String", "Query.stock<Stock>.cover.notes.text", Kind.NULLABILITY),
        ("@merge(by: MIN)", "@merge(by: MAX)", "Query.stock<Stock>.low", Kind.MERGE_RULE),
    ],
)
def test_what_is_removed_or_changed_breaks(before: str, after: str, path: str, kind: Kind) -> None:
    made = succeeded(before, after)

    assert Difference(path, kind) in made.broken
    assert not made.is_lawful


@pytest.mark.parametrize(
    ("before", "after", "path", "kind"),
    [
        ("worth: Money", "worth: Money!", "Query.stock<Stock>.worth", Kind.NULLABILITY),
        ("{ RED GREEN }", "{ RED }", "Query.stock<Stock>.boxes.colour", Kind.ENUM_VALUES),
    ],
)
def test_an_older_answer_must_stay_readable(before: str, after: str, path: str, kind: Kind) -> None:
    made = succeeded(before, after, SDL)

    assert made.broken == ()
    assert made.unreadable == (Difference(path, kind),)
    assert not made.is_lawful


@pytest.mark.parametrize(
    ("before", "after", "coordinate"),
    [
        ("size: Int!", "size: Int! weight: Int!", "Box.weight"),
        ("text: String!", "text: String! at: Int!", "Note.at"),
        ("unit: String", "made: BigInt! @merge(by: SUM) unit: String", "Stock.made"),
    ],
)
def test_an_added_field_of_an_answer_must_allow_null(before: str, after: str, coordinate: str) -> None:
    made = succeeded(before, after)

    assert made.required == (coordinate,)
    assert not made.is_lawful


def test_an_added_value_of_a_closed_enum_breaks() -> None:
    assert succeeded("{ RED GREEN }", "{ RED GREEN BLUE }", SDL).broken == (
        Difference("Query.stock<Stock>.boxes.colour", Kind.ENUM_VALUES),
    )


def test_a_contract_succeeds_itself() -> None:
    assert succession(OLDER, OLDER).is_lawful
