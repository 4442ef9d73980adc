"""A token opens a door only if a trusted issuer signed it, for this audience, for now."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from api.issuer_documents import Fetched
from api.issuer_keys import IssuerKeys
from api.node_signin import NodeSignIn
from api.signin import SignInRefused, TokenVerifier, bearer
from api.tokens import mint
from db import party_accounts
from db.pool import Pool
from db.records.parties import PartyAccountRecord
from enforcement.rules.rights import Role
from tests.api.issuers import DOOR, ELSEWHERE, GATEWAY, ISSUER, KEY, OTHER, Web, verifier

pytestmark = pytest.mark.anyio
SAME_ID = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": str(KEY.kid)})


async def refusal(web: Web, token: str) -> str:
    with pytest.raises(SignInRefused) as caught:
        await verifier(web).verify(token, {ISSUER})
    return caught.value.code


async def test_a_good_token_names_its_holder() -> None:
    identity = await verifier(Web({ISSUER: [KEY]})).verify(mint(KEY, ISSUER, DOOR, "o-330824-01"), {ISSUER})

    assert (identity.issuer, identity.subject) == (ISSUER, "o-330824-01")
    assert identity.expires_at == pytest.approx(time.time() + 8 * 3600, abs=5)


def signed(key: Any = KEY, alg: str = "RS256", **claims: Any) -> str:
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": DOOR, "sub": "o", "iat": now, "exp": now + 60, **claims}
    kept = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": KEY.kid}, kept, key, algorithms=[alg])


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (lambda: signed(exp=int(time.time()) - 61), "TOKEN_EXPIRED"),
        (lambda: signed(exp=None), "TOKEN_REJECTED"),
        (lambda: signed(nbf=int(time.time()) + 120), "TOKEN_REJECTED"),
        (lambda: signed(iat=int(time.time()) + 120), "TOKEN_REJECTED"),
        (lambda: signed(iat=None), "TOKEN_REJECTED"),
        (lambda: signed(aud="xiezhi-page"), "TOKEN_REJECTED"),
        (lambda: signed(aud=None), "TOKEN_REJECTED"),
        (lambda: signed(aud=GATEWAY), "TOKEN_REJECTED"),
        (lambda: signed(aud=["account", GATEWAY]), "TOKEN_REJECTED"),
        (lambda: signed(aud=[]), "TOKEN_REJECTED"),
        (lambda: signed(aud={"a": DOOR}), "TOKEN_REJECTED"),
        (lambda: signed(sub=None), "TOKEN_REJECTED"),
        (lambda: signed(iss=7), "TOKEN_REJECTED"),
        (lambda: signed(iss=ELSEWHERE), "TOKEN_REJECTED"),
        (lambda: signed(OTHER), "TOKEN_REJECTED"),
        (lambda: signed(OctKey.import_key(b"x" * 32), "HS256"), "TOKEN_REJECTED"),
        (lambda: signed() + "x", "TOKEN_REJECTED"),
        (lambda: "e30.e30.", "TOKEN_REJECTED"),
        (lambda: "W10.W10.x", "TOKEN_REJECTED"),
        (lambda: "not a token", "TOKEN_REJECTED"),
        (lambda: "é.é.é", "TOKEN_REJECTED"),
    ],
)
async def test_every_other_token_is_refused(token: Callable[[], str], code: str) -> None:
    assert await refusal(Web({ISSUER: [KEY]}), token()) == code


@pytest.mark.parametrize("audience", [DOOR, DOOR + "/", [DOOR], ["account", DOOR]])
async def test_a_token_may_name_more_than_the_door(audience: Any) -> None:
    identity = await verifier(Web({ISSUER: [KEY]})).verify(signed(aud=audience), {ISSUER}, {GATEWAY})

    assert identity.subject == "o"


async def test_a_token_for_two_doors_opens_neither() -> None:
    both = signed(aud=[DOOR, GATEWAY + "/", 7])

    for door, other in ((DOOR, GATEWAY), (GATEWAY, DOOR)):
        with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
            await verifier(Web({ISSUER: [KEY]}), door).verify(both, {ISSUER}, {other})


async def test_a_minute_of_skew_is_forgiven() -> None:
    await verifier(Web({ISSUER: [KEY]})).verify(signed(exp=int(time.time()) - 30), {ISSUER})


async def test_unknown_issuers_are_never_asked() -> None:
    web = Web({ELSEWHERE: [KEY]})

    assert await refusal(web, mint(KEY, ELSEWHERE, DOOR, "o")) == "TOKEN_REJECTED"
    assert web.asked == []


async def test_a_rotated_key_is_found() -> None:
    web = Web({ISSUER: [KEY]})
    checks = verifier(web)
    await checks.verify(mint(KEY, ISSUER, DOOR, "o"), {ISSUER})
    web.published[ISSUER] = [OTHER]
    web.now_s += 11

    identity = await checks.verify(mint(OTHER, ISSUER, DOOR, "o"), {ISSUER})

    assert identity.subject == "o"


async def test_a_known_token_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checks, token = verifier(Web({ISSUER: [KEY]})), mint(KEY, ISSUER, DOOR, "o")
    first = await checks.verify(token, {ISSUER})

    monkeypatch.delattr("api.signin.jwt.decode")

    assert await checks.verify(token, {ISSUER}) == first
    with pytest.raises(AttributeError):
        await checks.verify(mint(KEY, ISSUER, DOOR, "p"), {ISSUER})


@pytest.mark.parametrize("following", [OTHER, SAME_ID], ids=["another id", "the same id"])
async def test_a_known_token_ends_with_its_key(following: RSAKey) -> None:
    web = Web({ISSUER: [KEY]})
    checks, token = verifier(web), mint(KEY, ISSUER, DOOR, "o")
    await checks.verify(token, {ISSUER})

    web.published[ISSUER] = [following]
    web.now_s += 3601

    with pytest.raises(SignInRefused) as caught:
        await checks.verify(token, {ISSUER})
    assert caught.value.code == "TOKEN_REJECTED"


async def test_a_known_token_ends_with_its_time_and_its_issuers_trust() -> None:
    now = datetime.now(UTC)
    checks = TokenVerifier(Web({ISSUER: [KEY]}).keys(), audience=DOOR, now=lambda: now)
    token = mint(KEY, ISSUER, DOOR, "o", 600)
    await checks.verify(token, {ISSUER})

    with pytest.raises(SignInRefused) as untrusted:
        await checks.verify(token, {ELSEWHERE})
    now += timedelta(seconds=661)
    with pytest.raises(SignInRefused) as late:
        await checks.verify(token, {ISSUER})

    assert (untrusted.value.code, late.value.code) == ("TOKEN_REJECTED", "TOKEN_EXPIRED")


async def test_known_tokens_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.signin._MOST_KEPT", 3)
    checks = verifier(Web({ISSUER: [KEY]}))

    for number in range(5):
        await checks.verify(mint(KEY, ISSUER, DOOR, f"o-{number}"), {ISSUER})

    assert [signed.claims["sub"] for signed in checks._signed.values()] == ["o-2", "o-3", "o-4"]


async def test_unknown_keys_do_not_flood_the_issuer() -> None:
    web = Web({ISSUER: [KEY]})
    checks = verifier(web)

    for _ in range(20):
        with pytest.raises(SignInRefused):
            await checks.verify(mint(OTHER, ISSUER, DOOR, "o"), {ISSUER})

    assert len(web.asked) == 2


async def test_a_silent_issuer_is_said_to_be_silent() -> None:
    web = Web({ISSUER: [KEY]})
    web.down = True

    assert await refusal(web, mint(KEY, ISSUER, DOOR, "o")) == "SIGN_IN_UNAVAILABLE"


async def test_known_keys_outlive_a_silent_issuer() -> None:
    web = Web({ISSUER: [KEY]})
    checks = verifier(web)
    await checks.verify(mint(KEY, ISSUER, DOOR, "o"), {ISSUER})
    web.down = True

    web.now_s += 7200
    await checks.verify(mint(KEY, ISSUER, DOOR, "o"), {ISSUER})

    web.now_s += 24 * 3600
    with pytest.raises(SignInRefused, match="SIGN_IN_UNAVAILABLE"):
        await checks.verify(mint(KEY, ISSUER, DOOR, "o"), {ISSUER})


async def test_a_document_of_another_issuer_is_refused() -> None:
    web = Web({ISSUER: [KEY]})
    honest = web.fetch

    async def lying(url: str) -> Fetched:
        body = (await honest(url)).body
        return Fetched(body.replace(b'"issuer": "http://127.0.0.1:8409/330824"', b'"issuer": "http://other"'))

    checks = TokenVerifier(IssuerKeys(lying), audience=DOOR)
    with pytest.raises(SignInRefused, match="SIGN_IN_UNAVAILABLE"):
        await checks.verify(mint(KEY, ISSUER, DOOR, "o"), {ISSUER})


def test_only_bearer_tokens_are_read() -> None:
    assert bearer(None) is None
    assert bearer("bearer abc") == "abc"
    for header in ("Basic abc", "Bearer", "Bearer ", "Bearer " + "x" * 9000):
        with pytest.raises(SignInRefused):
            bearer(header)


def at_node(pool: Pool, web: Web) -> NodeSignIn:
    return NodeSignIn(verifier(web), issuer=ISSUER, court="浙0824", gateway_url=GATEWAY, pool=pool)


async def enrol(pool: Pool, officer: str, roles: list[str], *, active: bool = True) -> None:
    await pool.execute(
        "INSERT INTO officers (id, name, roles, active, synthetic) VALUES ($1, '样', $2, $3, true)",
        officer,
        roles,
        active,
    )


async def test_a_node_takes_roles_from_its_records(node_pool: Pool) -> None:
    await enrol(node_pool, "o-330824-01", ["HANDLER", "UNHEARD_OF"])
    sign_in = NodeSignIn(
        verifier(Web({ISSUER: [KEY]})), issuer=ISSUER, court="浙0824", gateway_url=GATEWAY, pool=node_pool
    )

    caller = await sign_in("Bearer " + mint(KEY, ISSUER, DOOR, "o-330824-01", roles=["PRESIDENT"]))

    assert caller is not None
    assert (caller.officer_id, caller.court, caller.roles) == ("o-330824-01", "浙0824", frozenset({Role.HANDLER}))
    assert await sign_in(None) is None


@pytest.mark.parametrize("officer", ["o-330824-99", "o-330824-02"])
async def test_a_node_refuses_who_does_not_serve(node_pool: Pool, officer: str) -> None:
    await enrol(node_pool, "o-330824-02", ["HANDLER"], active=False)
    sign_in = NodeSignIn(
        verifier(Web({ISSUER: [KEY]})), issuer=ISSUER, court="浙0824", gateway_url=GATEWAY, pool=node_pool
    )

    with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
        await sign_in("Bearer " + mint(KEY, ISSUER, DOOR, officer))


async def test_a_node_refuses_what_opens_the_gateway(node_pool: Pool) -> None:
    await enrol(node_pool, "o-330824-01", ["HANDLER"])
    sign_in = at_node(node_pool, Web({ISSUER: [KEY]}))

    for audience in (GATEWAY, [DOOR, GATEWAY]):
        with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
            await sign_in("Bearer " + signed(aud=audience, sub="o-330824-01"))


async def test_a_node_refuses_another_courts_issuer(node_pool: Pool) -> None:
    await enrol(node_pool, "o-330824-01", ["HANDLER"])
    web = Web({ISSUER: [KEY], ELSEWHERE: [OTHER]})
    sign_in = at_node(node_pool, web)

    with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
        await sign_in("Bearer " + mint(OTHER, ELSEWHERE, DOOR, "o-330824-01"))


_PARTY = """
    INSERT INTO parties
           (id, kind, name, identifier_kind, identifier, identifier_key, domicile_division, is_minor, synthetic)
    VALUES ($1, 'NATURAL', '样', 'ID_NUMBER', $2, $2, '330824', false, true)
"""


async def bind(pool: Pool, subject: str, *, active: bool = True) -> UUID:
    party_id = uuid4()
    await pool.execute(_PARTY, party_id, party_id.bytes)
    async with pool.acquire() as conn:
        await party_accounts.insert(conn, PartyAccountRecord(subject, party_id, active))
    return party_id


async def test_a_party_is_bound_to_their_row(node_pool: Pool) -> None:
    party_id = await bind(node_pool, "p-1")
    sign_in = at_node(node_pool, Web({ISSUER: [KEY]}))

    caller = await sign_in("Bearer " + mint(KEY, ISSUER, DOOR, "p-1", roles=["PRESIDENT"]))

    assert caller is not None
    assert (caller.roles, caller.party_id, caller.own_cases) == (frozenset({Role.PARTY}), party_id, frozenset())


async def test_a_closed_account_opens_nothing(node_pool: Pool) -> None:
    await bind(node_pool, "p-2", active=False)
    sign_in = at_node(node_pool, Web({ISSUER: [KEY]}))

    with pytest.raises(SignInRefused, match="TOKEN_REJECTED"):
        await sign_in("Bearer " + mint(KEY, ISSUER, DOOR, "p-2"))


async def test_no_record_makes_an_officer_a_party_or_a_court(node_pool: Pool) -> None:
    await enrol(node_pool, "o-330824-03", ["PARTY", "PARTNER_COURT", "CLERK"])
    sign_in = at_node(node_pool, Web({ISSUER: [KEY]}))

    caller = await sign_in("Bearer " + mint(KEY, ISSUER, DOOR, "o-330824-03"))

    assert caller is not None
    assert caller.roles == frozenset({Role.CLERK})
