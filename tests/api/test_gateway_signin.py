"""The gateway takes the people of the courts that the directory trusts, as it lists them, and of no others."""

from types import SimpleNamespace

import pytest
from joserfc.jwk import RSAKey

from api.gateway_signin import GatewaySignIn
from api.signin import SignInRefused
from api.tokens import mint
from enforcement.rules.rights import Role
from tests.api.issuers import DOOR, ELSEWHERE, GATEWAY, ISSUER, KEY, OTHER, Web, verifier

pytestmark = pytest.mark.anyio


class Zone:
    """One version of a directory of two courts, of which the second may be in any state."""

    def __init__(self, state: str = "ACTIVE") -> None:
        self.state = state
        self._url = None if state == "SUPERVISING" else "http://127.0.0.1:8402/"
        self.gateway = SimpleNamespace(issuer="http://127.0.0.1:8409/gateway")
        self._people = {
            "gateway": {"g-admin-01": ["GATEWAY_ADMIN"]},
            "浙0824": {"o-330824-07": ["COMMAND_CENTRE"]},
            "浙0822": {"o-330822-07": ["COMMAND_CENTRE"]},
        }

    def courts(self) -> list[SimpleNamespace]:
        return [court for court in self._all() if court.url is not None]

    def supervisors(self) -> list[SimpleNamespace]:
        return [court for court in self._all() if court.url is None]

    def _all(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(code="浙0824", issuer=ISSUER, state="ACTIVE", url=DOOR),
            SimpleNamespace(code="浙0822", issuer=ELSEWHERE, state=self.state, url=self._url),
        ]

    def claim(self, url: str) -> None:
        """The second court says that its node is there."""
        self._url = url

    def drop(self, officer: str) -> None:
        for people in self._people.values():
            people.pop(officer, None)

    def officer(self, court: str, officer: str) -> SimpleNamespace | None:
        roles = self._people[court].get(officer)
        return None if roles is None else SimpleNamespace(id=officer, roles=roles)


def at_gateway(zone: Zone) -> GatewaySignIn:
    web = Web({ISSUER: [KEY], ELSEWHERE: [OTHER], zone.gateway.issuer: [KEY]})
    return GatewaySignIn(verifier(web, GATEWAY), current=lambda: zone)  # type: ignore[arg-type,return-value]  # a stand-in


@pytest.mark.parametrize(
    ("key", "issuer", "officer", "court", "role"),
    [
        (KEY, ISSUER, "o-330824-07", "浙0824", Role.COMMAND_CENTRE),
        (OTHER, ELSEWHERE, "o-330822-07", "浙0822", Role.COMMAND_CENTRE),
        (KEY, "http://127.0.0.1:8409/gateway", "g-admin-01", "gateway", Role.GATEWAY_ADMIN),
    ],
)
async def test_the_gateway_takes_each_courts_own_people(
    key: RSAKey, issuer: str, officer: str, court: str, role: Role
) -> None:
    caller = await at_gateway(Zone())("Bearer " + mint(key, issuer, GATEWAY, officer))

    assert caller is not None
    assert (caller.officer_id, caller.court, caller.roles) == (officer, court, frozenset({role}))


@pytest.mark.parametrize(
    ("key", "issuer", "officer"),
    [
        (OTHER, ELSEWHERE, "o-330824-07"),
        (OTHER, ELSEWHERE, "g-admin-01"),
        (KEY, ISSUER, "o-330824-01"),
    ],
)
async def test_no_court_vouches_for_anothers_people(key: RSAKey, issuer: str, officer: str) -> None:
    with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
        await at_gateway(Zone())("Bearer " + mint(key, issuer, GATEWAY, officer))


def second(audience: str | list[str] = GATEWAY) -> str:
    """The header of a command centre of the second court."""
    return "Bearer " + mint(OTHER, ELSEWHERE, audience, "o-330822-07")  # type: ignore[arg-type]  # RFC 7519 §4.1.3: or a list


@pytest.mark.parametrize(
    ("state", "is_running_off"),
    [("ACTIVE", False), ("SUPERVISING", False), ("SUSPENDED", True), ("WITHDRAWING", True)],
)
async def test_a_courts_state_says_what_is_left_to_its_people(state: str, *, is_running_off: bool) -> None:
    caller = await at_gateway(Zone(state))(second())

    assert caller is not None
    assert caller.is_running_off == is_running_off


@pytest.mark.parametrize("state", ["WITHDRAWN", "APPLIED", "PENDING_CONFORMANCE", "APPROVED", "REJECTED", "UNHEARD_OF"])
async def test_a_court_that_is_no_member_vouches_for_nobody(state: str) -> None:
    web = Web({ELSEWHERE: [OTHER]})
    sign_in = GatewaySignIn(verifier(web, GATEWAY), current=lambda: Zone(state))  # type: ignore[arg-type,return-value]

    with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
        await sign_in(second())
    assert web.asked == []


@pytest.mark.parametrize("audience", ["http://127.0.0.1:8402", [GATEWAY, "http://127.0.0.1:8402"], [GATEWAY, DOOR]])
async def test_what_opens_a_courts_node_is_refused(audience: str | list[str]) -> None:
    with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
        await at_gateway(Zone())(second(audience))


async def test_who_leaves_the_directory_is_refused_with_the_next_request() -> None:
    versions = [Zone(), Zone(), Zone("WITHDRAWN")]
    versions[1].drop("o-330822-07")
    web = Web({ELSEWHERE: [OTHER]})
    sign_in = GatewaySignIn(verifier(web, GATEWAY), current=lambda: versions[0])  # type: ignore[arg-type,return-value]
    assert await sign_in(second()) is not None

    while versions := versions[1:]:
        with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
            await sign_in(second())


@pytest.mark.parametrize("url", [GATEWAY, f"{GATEWAY}/"])
async def test_a_court_that_calls_itself_the_gateway_locks_nobody_out(url: str) -> None:
    """Where its node is, a court says alone: the gateway's own door is no other one, whoever claims it."""
    zone = Zone()
    zone.claim(url)

    caller = await at_gateway(zone)("Bearer " + mint(KEY, ISSUER, GATEWAY, "o-330824-07"))

    assert caller is not None
    assert caller.court == "浙0824"
