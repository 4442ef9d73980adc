import pytest
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse

from federation.graph import selection
from federation.graph.selection import MalformedSelection, Selection
from tests.federation.graph.sample import CONTRACT, STOCK


def cut(document: str, **variables: object) -> Selection:
    parsed = parse(document)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    fragments = {node.name.value: node for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)}
    nodes = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    return selection.read(selection.cut(nodes, fragments, variables))


def plain(text: str) -> str:
    return " ".join(text.split())


def test_selection_keeps_aliases_and_fragments() -> None:
    cut_out = cut("query Q { s: stock(of: 1) { ... on Stock { n: count ...F } } } fragment F on Stock { unit }")

    assert plain(cut_out.text) == "{ ... on Stock { n: count ...F } } fragment F on Stock { unit }"


def test_skip_and_include_are_decided() -> None:
    document = """
        query Q($a: Boolean!, $b: Boolean!) {
          stock(of: 1) { ... on Stock @include(if: $a) { count unit @skip(if: $b) ...F @skip(if: $a) } }
        }
        fragment F on Stock { worth }
    """

    assert plain(cut(document, a=True, b=True).text) == "{ ... on Stock { count } }"


def test_emptied_set_stays_a_set() -> None:
    document = "query Q($a: Boolean!) { stock(of: 1) { ... on Stock { boxes { size @skip(if: $a) } } } }"

    cut_out = cut(document, a=True)

    assert plain(cut_out.text) == "{ ... on Stock { boxes { __typename @skip(if: true) } } }"
    assert selection.read(cut_out.text).fields(CONTRACT.schema, STOCK).keys() == {"boxes"}


def test_nodes_of_one_response_key_become_one_selection() -> None:
    cut_out = cut("{ stock(of: 1) { ... on Stock { count } } stock(of: 1) { ... on Stock { unit } } }")

    assert list(cut_out.fields(CONTRACT.schema, STOCK)) == ["count", "unit"]


def test_type_conditions_choose_by_runtime_type() -> None:
    chosen = selection.read("{ ... on Problem { code } ... on Stock { count } ... on Refusal { code } }")

    assert list(chosen.fields(CONTRACT.schema, STOCK)) == ["count"]


def test_variable_in_an_argument_is_refused() -> None:
    with pytest.raises(MalformedSelection):
        cut("query Q($x: Int) { stock(of: 1) { ... on Stock { things(first: $x) { name } } } }", x=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{ a } { b }",
        "query Named { a }",
        "query ($v: Int) { a }",
        "query @d { a }",
        "mutation { a }",
        "subscription { a }",
        "{ a(x: $v) }",
        "{ a @skip(if: $v) }",
        "{ a ...Unknown }",
        "{ a } fragment Unused on T { b }",
        "{ a } type T { a: Int }",
        "{ a } } { b",
        "{ " + "a " * 1001 + "}",
        "{ a" * 400 + " }" * 400,
        "{ a }" + " " * selection.MAX_CHARACTERS,
        "{ a ...A } fragment A on T { b ...A }",
        "{ ...A } fragment A on T { a { ...B } } fragment B on T { a { ...A } }",
        "{ " + "a { " * selection.MAX_DEPTH + "a" + " }" * selection.MAX_DEPTH + " }",
        "{ " + "a " * (selection.MAX_REPEATS + 2) + "}",
        "{ " + " ".join(f"a{n}: a" for n in range(selection.MAX_REPEATS + 1)) + " }",
        "{ " + "...A " * 2 + "} fragment A on T { " + " ".join(f"f{n} {{ ...B }}" for n in range(60)) + " } "
        "fragment B on T { " + " ".join(f"g{n}" for n in range(60)) + " }",
    ],
)
def test_anything_but_a_selection_is_refused(text: str) -> None:
    with pytest.raises(MalformedSelection):
        selection.read(text)
