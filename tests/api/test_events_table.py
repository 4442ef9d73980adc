"""docs/events.md is what the code says."""

from pathlib import Path

from api.events_table import document
from enforcement import happenings


def test_the_page_is_printed_from_the_code() -> None:
    assert (Path(__file__).parents[2] / "docs" / "events.md").read_text("utf-8") == document()


def test_every_type_has_its_row() -> None:
    rows = [line.split("`")[1] for line in document().splitlines() if line.startswith("| `")]
    assert sorted(rows) == happenings.types()
