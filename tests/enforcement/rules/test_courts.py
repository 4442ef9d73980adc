"""Court codes: level, superior, common superior."""

import pytest

from enforcement.rules import courts
from enforcement.rules.courts import CourtLevel


@pytest.mark.parametrize(
    ("one", "other", "superior"),
    [
        ("浙0824", "浙0822", "浙08"),
        ("浙0824", "浙0127", "浙"),
        ("浙0824", "皖1021", "最高法"),
        ("赣1181", "赣1130", "赣11"),
        ("赣1181", "赣1181", "赣11"),
        ("最高法", "浙", "最高法"),
    ],
)
def test_common_superior_settles_disputes(one: str, other: str, superior: str) -> None:
    assert courts.common_superior(one, other) == superior
    assert courts.common_superior(other, one) == superior


def test_line_of_superiors_ends_at_the_top() -> None:
    assert courts.line("浙0824") == ["浙0824", "浙08", "浙", "最高法"]
    assert courts.parent_court("最高法") is None
    assert [courts.level(code) for code in courts.line("皖1021")] == [
        CourtLevel.GRASSROOTS,
        CourtLevel.INTERMEDIATE,
        CourtLevel.HIGH,
        CourtLevel.SUPREME,
    ]


def test_irregular_court_follows_the_table() -> None:
    superiors = {"沪7101": "沪03"}

    assert courts.parent_court("沪7101", superiors) == "沪03"


@pytest.mark.parametrize("code", ["", "浙082", "浙08240", "某0824", "zj0824", "浙０８２４"])
def test_what_is_no_court_code_is_refused(code: str) -> None:
    with pytest.raises(courts.UnknownCourtCode):
        courts.level(code)


def test_province_is_the_first_character() -> None:
    assert courts.province("赣1123") == "赣"
    assert courts.province("最高法") == "最高法"
