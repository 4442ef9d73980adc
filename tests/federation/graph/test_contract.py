import pytest

from federation.graph import contract
from federation.graph.contract import BadContract, Carry, Merge
from tests.federation.graph.sample import CONTRACT, SDL


def test_contract_reads_answers_and_rules() -> None:
    assert list(CONTRACT.answers) == ["stock"]
    assert CONTRACT.rule("Stock", "count") is Merge.SUM
    assert CONTRACT.rule("Stock", "__typename") is Merge.SAME
    assert CONTRACT.carry == {"stock": Carry.ENCRYPTED}
    assert CONTRACT.personal == frozenset()


def test_contract_reads_marks() -> None:
    marked = contract.read(
        SDL.replace("type Box implements Thing {", "type Box implements Thing @personal {")
        .replace("type Ball implements Thing {", 'type Ball implements Thing @public(basis: "Art. 1") {')
        .replace("text: String!", "text: String! @personal")
        .replace("@federated  plain", "@federated(carry: CLEAR)  plain")
    )

    assert marked.personal == {"Box", "Note.text"}
    assert marked.public == {"Ball": "Art. 1"}
    assert marked.carry == {"stock": Carry.CLEAR}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("unit: String @merge(by: SAME)", "unit: String"),
        ("unit: String @merge(by: SAME)", "unit(x: Int): String @merge(by: SAME)"),
        ("union StockResult = Stock | Refusal", "union StockResult = Stock | Box | Refusal"),
        ("union StockResult = Stock | Refusal", "union StockResult = Refusal"),
        ("unit: String @merge(by: SAME)", "unit: String @merge(by: SUM)"),
        ("unit: String @merge(by: SAME)", "unit: String @merge(by: CONCAT)"),
        ("unit: String @merge(by: SAME)", "unit: String @merge(by: PAGE)"),
        ("unit: String @merge(by: SAME)", "unit: [Money!] @merge(by: SUM)"),
        ("unit: String @merge(by: SAME)", "unit: Int @merge(by: SUM)"),
        ("unit: String @merge(by: SAME)", "unit: String @merge(by: LATEST)"),
        ("unit: String @merge(by: SAME)", "unit: BigInt @merge(by: ANY)"),
        ("type Box implements Thing", 'type Box implements Thing @public(basis: " ")'),
        ("type Box implements Thing", 'type Box implements Thing @personal @public(basis: "Art. 1")'),
    ],
)
def test_contradictory_contract_is_refused(before: str, after: str) -> None:
    assert before in SDL

    with pytest.raises(BadContract):
        contract.read(SDL.replace(before, after))
