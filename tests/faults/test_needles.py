"""The search finds a text in each of its forms, wherever it lies: else finding nothing would say nothing."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.needles import Needles

_TEXTS = ["341021196102139972", "镡钿樨样", "浙0824执97351号", "皖JX9735"]
_WAYS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "UTF-16LE": lambda text: text.encode("utf-16-le"),
    "UTF-16BE": lambda text: text.encode("utf-16-be"),
    "JSON": lambda text: json.dumps(text).encode(),
    "URL": lambda text: quote(text, safe="").encode(),
    "URL, lower": lambda text: quote(text, safe="").replace("%E", "%e").lower().encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "hex, upper": lambda text: text.encode().hex().upper().encode(),
}


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize("way", _WAYS)
def test_every_form_is_found(text: str, way: str) -> None:
    if way == "URL, lower":
        text = text.lower()

    assert Needles({"x": text}).search([("here", b"\x00\x01" + _WAYS[way](text) + b"\x00")])


@given(before=st.binary(max_size=40), after=st.binary(max_size=40), text=st.sampled_from(_TEXTS))
def test_base64_is_found_at_any_offset(before: bytes, after: bytes, text: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        hits = Needles({"x": text}).search([("here", b"\x00" + encode(before + text.encode() + after))])

        assert {hit.canary for hit in hits} == {"x"}
        assert all(hit.where == "here" for hit in hits)


@given(data=st.binary(max_size=400))
def test_other_bytes_hold_nothing(data: bytes) -> None:
    assert Needles(dict.fromkeys(_TEXTS, _TEXTS[0])).search([("here", data)]) == set()
