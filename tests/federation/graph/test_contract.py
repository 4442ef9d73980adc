import pytest

from federation.graph import contract
from federation.graph.contract import BadContract, Merge
from tests.federation.graph.sample import CONTRACT, SDL


def test_contract_reads_answers_and_rules() -> None:
    assert list(CONTRACT.answers) == ["stock"]
    assert CONTRACT.rule("Stock", "count") is Merge.SUM
    assert CONTRACT.rule("Stock", "__typename") is Merge.SAME


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("unit: String @merge(by: SAME)", "unit: String"),
        ("unit: String @merge(by: SAME)", "unit(x: Int): String @merge(by: SAME)"),
        ("union StockResult = Stock | Refusal", "union StockResult = Stock | Box | Refusal"),
        ("union StockResult = Stock | Refusal", "union StockResult = Refusal"),
    ],
)
def test_contradictory_contract_is_refused(before: str, after: str) -> None:
    assert before in SDL

    with pytest.raises(BadContract):
        contract.read(SDL.replace(before, after))
