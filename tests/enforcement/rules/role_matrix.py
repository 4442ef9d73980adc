"""The role matrix as it stands in the source, copied by hand: what table and answers are held to."""

import csv
from pathlib import Path

FILE = Path(__file__).parent / "role_matrix.csv"


def cells() -> dict[tuple[str, str], str]:
    """The source's word for each role and area."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            (row["role"], area): word for row in csv.DictReader(file) for area, word in row.items() if area != "role"
        }
