"""A token opens the one door it was given for; shown at another, it opens nothing there."""

import pytest

from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, Desks

pytestmark = pytest.mark.anyio

KAIHUA, SHEXIAN = "330824", "341021"
OFFICER = f"o-{KAIHUA}-{CENTRE}"
ASKED = {"query": "{ zone { name } }"}


@pytest.mark.parametrize(
    ("given_for", "shown_at", "status"),
    [
        ("node", "node", 200),
        ("gateway", "gateway", 200),
        ("gateway", "node", 401),
        ("node", "gateway", 401),
        ("another", "node", 401),
        ("another", "gateway", 401),
        ("node", "another", 401),
        ("gateway", "another", 401),
    ],
)
async def test_a_token_opens_one_door(zone: Zone, client: Client, given_for: str, shown_at: str, status: int) -> None:
    doors = {
        "node": zone.addresses.node(KAIHUA),
        "gateway": zone.addresses.gateway,
        "another": zone.addresses.node(SHEXIAN),
    }
    headers = {"authorization": "Bearer " + client.token(doors[given_for], KAIHUA, OFFICER)}

    async with client.session.post(doors[shown_at] + "/graphql", json=ASKED, headers=headers) as answer:
        body = await answer.json()

    assert answer.status == status
    if status == 200:
        assert body["data"]["zone"]["name"]
    else:
        assert [error["extensions"]["code"] for error in body["errors"]] == ["TOKEN_REJECTED"]
        assert "data" not in body


async def test_what_a_node_passes_on_needs_no_second_token(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)

    status, body = await desks.at("浙0824", CENTRE).whole({"query": "{ zone { courtCount } }"})

    assert (status, b'"courtCount":8' in body) == (200, True)
