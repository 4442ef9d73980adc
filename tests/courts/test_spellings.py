"""The search for hidden values finds what it should."""

import base64
import json

import pytest

from tests.courts.spellings import found_in

VALUE = "341021199211209990"


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_base64_is_found_at_every_offset(before: str) -> None:
    assert found_in(base64.b64encode((before + VALUE + "xyz").encode()), VALUE)


def test_escaped_and_wide_texts_are_found() -> None:
    assert found_in(json.dumps("李样甲").encode(), "李样甲")
    assert found_in("x李样甲".encode("utf-16-le"), "李样甲")
    assert found_in(VALUE.encode().hex().upper().encode(), VALUE)


def test_another_value_is_not_found() -> None:
    assert found_in(b"341021199211209991 and more", VALUE) == []
