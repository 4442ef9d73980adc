"""The wide debtor stands beside set L and takes nothing of it, however large it is."""

from bench import set_l, wide_debtor
from bench.set_l import ASSETS, MEASURES, Size

_COURT = "浙0824"


def test_no_id_or_number_of_set_l_is_taken() -> None:
    size, wide = Size(1.0), wide_debtor.rows(_COURT)
    people = set_l.debtors(_COURT, size)
    counts = {"party": len(people), "case": size.cases, "asset": size.of(ASSETS), "measure": size.of(MEASURES)}

    ids = {set_l.row_id(kind, _COURT, number) for kind, count in counts.items() for number in range(count)}
    numbers = {set_l.case_number(_COURT, number, size) for number in range(size.cases)}

    for rows in (wide.parties, wide.cases, wide.assets, wide.measures):
        assert not ids & {row.id for row in rows}
    assert not numbers & {case.number for case in wide.cases}
    assert not {debtor.identifier for debtor in people} & {party.identifier for party in wide.parties}
    assert len(wide.assets) == wide_debtor.ASSETS
