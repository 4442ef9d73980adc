"""`xiezhi token` prints a token for one door: the court's own node, or the gateway when that is asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt

from api import provider_keys, provider_people
from api.demo.people import NoSuchOfficer, announced, find_token, people
from api.demo.zone import Addresses

ADDRESSES = Addresses(9_400)
KAIHUA = {"court": "浙0824", "of_gateway": False}
ADMINS = {"court": None, "of_gateway": True}


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What a running demo tells other commands."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    listed = people(ADDRESSES)
    provider_people.write(tmp_path / "people.json", listed)
    provider_keys.read_or_make(tmp_path / "provider-keys.json", ["330824", "gateway"])
    with announced(ADDRESSES.base_port, tmp_path, ADDRESSES.provider, "0" * 64):
        yield tmp_path


def claims(folder: Path, tenant: str, **words: Any) -> dict[str, Any]:
    asked = {"role": None, "case": None, "officer": None, "door": "node", **words}
    token = find_token(ADDRESSES.base_port, **asked)
    key = provider_keys.read_or_make(folder / "provider-keys.json", [tenant])[tenant]
    return jwt.decode(token, key, algorithms=["RS256"]).claims


@pytest.mark.parametrize(
    ("tenant", "words", "audience"),
    [
        ("330824", KAIHUA, ADDRESSES.node("330824")),
        ("330824", {**KAIHUA, "door": "gateway"}, ADDRESSES.gateway),
        ("gateway", ADMINS, ADDRESSES.gateway),
        ("gateway", {**ADMINS, "door": "gateway"}, ADDRESSES.gateway),
    ],
)
def test_a_token_is_for_one_door(running: Path, tenant: str, words: dict[str, Any], audience: str) -> None:
    told = claims(running, tenant, **words)

    assert (told["iss"], told["aud"]) == (ADDRESSES.issuer(tenant), audience)


@pytest.mark.parametrize(
    "words",
    [
        {**KAIHUA, "door": "both"},
        {**KAIHUA, "door": ADDRESSES.gateway},
        {**KAIHUA, "court": "川0101"},
        {**KAIHUA, "role": "GATEWAY_ADMIN"},
        {**KAIHUA, "officer": "o-330822-01"},
        {**KAIHUA, "case": "（2025）浙0824执999999号"},
        {**KAIHUA, "case": "366"},
    ],
)
def test_words_that_name_nobody_are_refused(running: Path, words: dict[str, Any]) -> None:
    with pytest.raises(NoSuchOfficer):
        claims(running, "330824", **words)


def test_without_a_demo_there_is_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    with pytest.raises(NoSuchOfficer, match="make demo"):
        claims(tmp_path, "330824", **KAIHUA)
