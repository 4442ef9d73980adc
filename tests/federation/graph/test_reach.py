from pathlib import Path

import pytest

from federation.graph import contract
from federation.graph.contract import Carry, Contract
from federation.graph.reach import PersonalInClear, check_gateway, check_member
from tests.federation.graph.sample import SDL

SCHEMA = Path(__file__).parents[3] / "schema"
IDENTIFIERS = frozenset({"ResidentId", "CreditCode", "CaseNumber"})
CLEAR = SDL.replace("StockResult! @federated", "StockResult! @federated(carry: CLEAR)")


def changed(*changes: tuple[str, str], sdl: str = CLEAR) -> Contract:
    for before, after in changes:
        assert before in sdl
        sdl = sdl.replace(before, after)
    return contract.read(sdl)


def paths(made: Contract, identifiers: frozenset[str] = frozenset()) -> tuple[str, ...]:
    with pytest.raises(PersonalInClear) as caught:
        check_member(made, identifiers)
    with pytest.raises(PersonalInClear) as at_gateway:
        check_gateway(made, identifiers)
    assert at_gateway.value.paths == caught.value.paths
    return caught.value.paths


def test_personal_behind_a_field_fails() -> None:
    assert paths(changed(("text: String!", "text: String! @personal"))) == ("Query.stock<Stock>.cover.notes.text",)
    assert paths(changed(("type Note {", "type Note @personal {"))) == ("Query.stock<Stock>.cover.notes: Note",)
    assert paths(changed(("cover: Cover!", "cover: Cover! @personal"))) == ("Query.stock<Stock>.cover",)


def test_personal_behind_an_interface_fails() -> None:
    found = paths(changed(("round: Boolean!", "round: Boolean! @personal")))

    assert found == ("Query.stock<Stock>.things<Ball>.round",)
    assert paths(changed(("type Ball implements Thing {", "type Ball implements Thing @personal {"))) == (
        "Query.stock<Stock>.things<Ball>: Ball",
    )
    marked = changed(("interface Thing { name: String! }", "interface Thing { name: String! @personal }"))
    assert "Query.stock<Stock>.things.name" in paths(marked)
    assert "Query.stock<Stock>.boxes.name" in paths(marked)


def test_personal_behind_a_union_fails() -> None:
    found = paths(
        changed(("type Refusal implements Problem { code", "type Refusal implements Problem @personal { code"))
    )

    assert found == ("Query.stock<Refusal>: Refusal",)
    either = "more: Either } union Either = Note | Who type Who { who: String! @personal }"
    assert paths(changed(("more: Note }", either))) == ("Query.stock<Stock>.cover.notes.more<Who>.who",)


def test_an_encrypted_root_may_reach_what_is_personal() -> None:
    encrypted = changed(("type Note {", "type Note @personal {"), sdl=SDL)

    check_member(encrypted)
    check_gateway(encrypted)


def test_a_live_twin_is_encrypted_with_its_field() -> None:
    twin = "type Subscription { stock: StockResult! other: StockResult! }"
    encrypted = changed(("type Note {", "type Note @personal {"), sdl=SDL + twin)

    check_member(encrypted)
    with pytest.raises(PersonalInClear, match=r"Subscription\.other<Stock>\.cover\.notes: Note"):
        check_gateway(encrypted)


def test_a_plain_root_is_clear_at_the_gateway_alone() -> None:
    plain = changed(("plain: Int", "plain: Note"), ("type Note {", "type Note @personal {"), sdl=SDL)

    check_member(plain)
    with pytest.raises(PersonalInClear, match=r"Query\.plain: Note"):
        check_gateway(plain)


def test_a_clear_field_below_a_door_is_a_root_too() -> None:
    below = CLEAR.replace("type Query {", "type Query { zone: Zone! } type Zone {").replace(
        "type Note {", "type Note @personal {"
    )

    with pytest.raises(PersonalInClear, match=r"Zone\.stock<Stock>\.cover\.notes: Note"):
        check_member(contract.read(below))


def test_a_public_type_passes_with_its_own_fields() -> None:
    public = changed(("type Note { text: String!", 'type Note @public(basis: "Art. 1") { text: String! @personal'))

    check_member(public)
    check_gateway(public)


def test_what_a_public_type_leads_to_is_judged_by_itself() -> None:
    leads = changed(
        ("type Note { text: String!", 'type Note @public(basis: "Art. 1") { who: Who text: String!'),
        ("type Cover {", "type Who @personal { name: String! } type Cover {"),
    )

    assert paths(leads) == ("Query.stock<Stock>.cover.notes.who: Who",)


def test_an_identifier_is_personal_outside_of_public_types() -> None:
    made = changed(("text: String!", "text: Tag!"), ("scalar Money", "scalar Money scalar Tag"))

    check_member(made)
    assert paths(made, frozenset({"Tag"})) == ("Query.stock<Stock>.cover.notes.text",)
    check_member(
        changed(
            ("type Note { text: String!", 'type Note @public(basis: "Art. 1") { text: Tag!'),
            ("scalar Money", "scalar Money scalar Tag"),
        ),
        frozenset({"Tag"}),
    )


def test_no_clear_root_of_the_supergraph_reaches_a_person() -> None:
    supergraph = contract.read((SCHEMA / "supergraph.graphql").read_text(encoding="utf-8"))
    assert supergraph.personal
    assert Carry.ENCRYPTED in supergraph.carry.values()

    check_gateway(supergraph, IDENTIFIERS)


def test_no_clear_root_of_a_node_reaches_a_person() -> None:
    node = contract.read((SCHEMA / "node.graphql").read_text(encoding="utf-8"))
    assert "EnforcementCase" in node.personal

    check_member(node, IDENTIFIERS)


@pytest.mark.parametrize("root", ["debtorProfile", "debtorPresence"])
def test_an_encrypted_field_of_the_supergraph_in_clear_would_fail(root: str) -> None:
    text = (SCHEMA / "supergraph.graphql").read_text(encoding="utf-8")
    head, tail = text.split(f"\n  {root}(", 1)
    supergraph = contract.read(f"{head}\n  {root}({tail.replace('carry: ENCRYPTED', 'carry: CLEAR', 1)}")

    with pytest.raises(PersonalInClear, match=rf"Query\.{root}<Debtor"):
        check_gateway(supergraph, IDENTIFIERS)
