"""What canned courts say passes the checks of the gateway that hears it."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from bench import canned_parts
from federation.graph import contract, render, selection, shape
from federation.graph.page import FIRST_ID, LAST_ID, PageAsk, Position, check_answer

CONTRACT = contract.read((Path(__file__).parents[2] / "schema" / "supergraph.graphql").read_text(encoding="utf-8"))
UNTIL = datetime(2025, 7, 14, tzinfo=UTC)


def test_a_part_has_the_shape_of_its_selection() -> None:
    answer, chosen = CONTRACT.answers[canned_parts.FIELD], selection.read(f"{{ {canned_parts.SELECTION} }}")
    whole = canned_parts.part(canned_parts.FIELD, "浙0824")
    raw = orjson.dumps(render.render_whole(CONTRACT, answer, chosen, whole).data)

    checked = shape.check(CONTRACT.schema, answer, chosen, raw)

    assert len(checked["rows"]) == canned_parts.ROWS


@pytest.mark.parametrize("last", [FIRST_ID, LAST_ID, "00000000-0000-0000-0000-000000000065"])
def test_a_page_goes_on_behind_its_position(last: str) -> None:
    ask = PageAsk(first=100, until=UNTIL, after=Position("000100", last))

    value, told = canned_parts.page("浙0824", ask)

    check_answer(ask, told, len(value["nodes"]))
    assert told.positions[0].key == ("000100" if last == FIRST_ID else "000101")


def test_pages_end_with_the_last_row() -> None:
    ask = PageAsk(first=100, until=UNTIL, after=Position(f"{canned_parts.PAGE_ROWS - 2:06d}", LAST_ID))

    value, told = canned_parts.page("浙0824", ask)

    check_answer(ask, told, 1)
    assert (len(value["nodes"]), told.has_more) == (1, False)
