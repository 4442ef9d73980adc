"""Proportionality, exceptions and exemptions through GraphQL: SC-20, four eyes, figures beside the measure."""

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from db.clock import SetClock
from db.pool import open_pool, transaction
from db.records.assets import AssetKind
from enforcement.rules.rights import Caller, Role
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask, events
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
HANDLER, CHIEF = rz.caller(KAIHUA), rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF)
PRESIDENT_HANDLER = rz.caller(KAIHUA, 1, Role.HANDLER, Role.PRESIDENT)
MEASURE = """
  __typename ... on Problem { code }
  ... on ExceedsClaim { claim controlled requested } ... on ExemptProperty { ground }
  ... on ControlMeasure {
    id status value ruledOn version
    proportionality { outstanding alreadyControlledNet requestedNet ratio verdict reason explanation at }
    approval { requestedBy decision decidedBy }
  }
"""
RULE = f"mutation M($input: RuleMeasureInput!) {{ ruleMeasure(input: $input) {{ {MEASURE} }} }}"
DECIDE = f"mutation M($input: DecideMeasureInput!) {{ decideMeasure(input: $input) {{ {MEASURE} }} }}"
SERVE = """mutation M($input: ServeAssistanceNoticeInput!) { serveAssistanceNotice(input: $input) {
  __typename ... on Problem { code } } }"""
CHECK = """query Q($case: CaseNumber!, $assets: [UUID!]!) { proportionality(caseNumber: $case, assetIds: $assets) {
  ... on ProportionalityCheck { outstanding alreadyControlledNet requestedNet ratio verdict reason }
  ... on Problem { code } ... on Refusal { part } } }"""
EXEMPT = """mutation M($input: RecordExemptionInput!) { recordExemption(input: $input) {
  ... on Asset { exemption } ... on Problem { code } ... on Refusal { part } } }"""


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    made = await rz.kaihua(Zone(), pool, clock)
    async with transaction(pool) as conn:  # with the fee of 1,379.00 exactly 100,000.00 is owed
        await conn.execute("UPDATE cases SET amount_applied = 98600, principal = 98621, performance_due_on = NULL")
    yield made
    await pool.close()


async def house(home: rz.Court, value: str | None = "900000.00", **changes: Any) -> UUID:
    given = {"kind": AssetKind.REAL_ESTATE, "identity": {"unit_no": "1"}} | changes
    return await rz.add_asset(home, estimated_value=None if value is None else Decimal(value), **given)


async def ruled(home: rz.Court, asset: UUID, key: str, who: Caller = HANDLER, **changes: Any) -> Any:
    given = {"caseNumber": rz.NUMBER, "assetId": str(asset), "kind": "SEAL", "rulingNo": rz.RULING}
    return await ask(home.node, RULE, who, input=given | {"idempotencyKey": key} | changes)


async def decided(home: rz.Court, measure: Any, who: Caller, decision: str = "APPROVE", **changes: Any) -> Any:
    given = {"id": measure["id"], "version": measure["version"], "decision": decision}
    return await ask(home.node, DECIDE, who, input=given | changes)


async def controlled_90000(home: rz.Court) -> None:
    car = await ruled(home, await rz.add_asset(home), "car", value="90000.00")
    assert car["status"] == "RULED"


async def test_sc20_over_sealing_is_refused_with_figures(home: rz.Court) -> None:
    await controlled_90000(home)

    refused = await ruled(home, await house(home), "house")

    figures = {"claim": "100000.00", "controlled": "90000.00", "requested": "900000.00"}
    assert refused == {"__typename": "ExceedsClaim", "code": "EXCEEDS_CLAIM"} | figures
    assert await home.count("measures") == 1
    assert await home.count("proportionality_checks") == 1


async def test_sc20_the_only_property_needs_the_chief(home: rz.Court) -> None:
    """The whole exception: asked for, not served before it is approved, not approved by who asked, then ruled."""
    await controlled_90000(home)
    made = await ruled(home, await house(home), "house", asIndivisible=True)
    check = made["proportionality"]

    assert made["status"] == "PROPOSED"
    assert (check["verdict"], check["reason"]) == ("INDIVISIBLE_ALLOWED", "NOTHING_ELSE_COVERS")
    assert (check["outstanding"], check["alreadyControlledNet"]) == ("100000.00", "90000.00")
    assert (check["requestedNet"], check["ratio"]) == ("900000.00", "9.9000")
    assert "bureau chief" in check["explanation"]
    served = await ask(home.node, SERVE, HANDLER, input={"measureId": made["id"], "idempotencyKey": "n"})
    assert served["code"] == "APPROVAL_REQUIRED"
    assert (await decided(home, made, HANDLER))["code"] == "FORBIDDEN"
    assert (await decided(home, made, PRESIDENT_HANDLER))["code"] == "SELF_APPROVAL_FORBIDDEN"
    assert (await decided(home, made, CHIEF, version=7))["code"] == "STALE_VERSION"
    assert await home.count("assistance_notices") == 0
    assert await events(home.node, "DECIDE_MEASURE") == []

    approved = await decided(home, made, CHIEF)

    assert (approved["status"], approved["version"]) == ("RULED", 2)
    assert approved["approval"] == {
        "requestedBy": HANDLER.officer_id,
        "decision": "APPROVE",
        "decidedBy": CHIEF.officer_id,
    }
    assert (await decided(home, approved, CHIEF))["code"] == "TRANSITION_NOT_ALLOWED"
    served = await ask(home.node, SERVE, HANDLER, input={"measureId": made["id"], "idempotencyKey": "n"})
    assert served["__typename"] == "AssistanceNotice"
    (event,) = await events(home.node, "DECIDE_MEASURE")
    assert (event["officerId"], event["outcome"]) == (CHIEF.officer_id, "APPROVE")


async def test_exception_that_is_not_approved_ends(home: rz.Court) -> None:
    asset = await house(home)
    made = await ruled(home, asset, "h", asIndivisible=True)
    assert (await ruled(home, asset, "again", asIndivisible=True))["code"] == "DUPLICATE_OF"

    refused = await decided(home, made, CHIEF, "REFUSE")

    assert (refused["status"], refused["approval"]["decision"]) == ("LIFTED", "REFUSE")
    assert (await ruled(home, asset, "anew", asIndivisible=True))["status"] == "PROPOSED"


async def test_what_else_is_known_forbids_the_exception(home: rz.Court) -> None:
    asset = await house(home)
    await house(home, "100000.00", identity={"unit_no": "2"})

    assert (await ruled(home, asset, "h", asIndivisible=True))["code"] == "EXCEEDS_CLAIM"
    assert await home.count("measures") == 0


async def test_what_was_found_meanwhile_forbids_the_approval(home: rz.Court) -> None:
    made = await ruled(home, await house(home), "h", asIndivisible=True)
    await house(home, "100000.00", identity={"unit_no": "2"})

    assert (await decided(home, made, CHIEF))["code"] == "EXCEEDS_CLAIM"
    assert (await decided(home, made, CHIEF, "REFUSE"))["status"] == "LIFTED"


async def test_an_exception_within_the_claim_needs_nobody(home: rz.Court) -> None:
    made = await ruled(home, await house(home, "50000.00"), "h", asIndivisible=True)

    assert (made["status"], made["approval"], made["proportionality"]["ratio"]) == ("RULED", None, "0.5000")


async def test_mortgage_and_prior_ranks_come_first(home: rz.Court) -> None:
    """Worth 900,000, mortgaged for 700,000; another case's seal of 150,000 in force: 50,000 are left."""
    asset = await house(home, mortgage_amount=Decimal("700000.00"))
    made = await ruled(home, await rz.add_asset(home, estimated_value=None), "car", value="40000.00")
    async with transaction(home.node.pool) as conn:
        await conn.execute(
            "INSERT INTO measures SELECT gen_random_uuid(), $1, NULL, 'SEAL', status.name, '浙0127', '浙0127',"
            " ruling_no, ruled_on, NULL, NULL, NULL, NULL, 1, 3, 150000, NULL, NULL, NULL, 1, true"
            " FROM measures, (VALUES ('EFFECTIVE'), ('WAITING'), ('LIFTED')) AS status (name) WHERE id = $2",
            asset,
            UUID(made["id"]),
        )

    found = await ask(home.node, CHECK, HANDLER, case=rz.NUMBER, assets=[str(asset)])

    assert (found["requestedNet"], found["alreadyControlledNet"], found["ratio"]) == ("50000.00", "40000.00", "0.9000")
    assert (found["verdict"], found["reason"]) == ("OK", "WITHIN_CLAIM")


async def test_a_waiting_measure_counts_nothing(home: rz.Court) -> None:
    await controlled_90000(home)
    asset = await house(home, "50000.00")
    exceeding = await ask(home.node, CHECK, HANDLER, case=rz.NUMBER, assets=[str(asset)])
    async with transaction(home.node.pool) as conn:
        await conn.execute("UPDATE measures SET status = 'WAITING', rank = 2")

    found = await ask(home.node, CHECK, HANDLER, case=rz.NUMBER, assets=[str(asset)])

    assert exceeding["alreadyControlledNet"] == "90000.00"
    assert (found["alreadyControlledNet"], found["verdict"]) == ("0.00", "OK")


async def test_who_may_ask_what_it_comes_to(home: rz.Court) -> None:
    asset, unknown = await house(home), await house(home, None, identity={"unit_no": "2"})

    async def told(who: Caller | None, *assets: UUID) -> Any:
        return await ask(home.node, CHECK, who, case=rz.NUMBER, assets=[str(each) for each in assets])

    assert (await told(CHIEF, asset))["reason"] == "OTHER_ASSETS_NOT_VALUED"
    assert await told(HANDLER, unknown) == {"code": "INVALID_MONEY", "part": "assetIds"}
    assert await told(HANDLER) == {"code": "INVALID_QUANTITY", "part": "assetIds"}
    assert (await told(rz.caller(KAIHUA, 2), asset))["code"] == "NOT_FOUND"
    assert (await told(None, asset))["code"] == "FORBIDDEN"
    party = Caller("p", KAIHUA, frozenset({Role.PARTY}), party_id=home.debtor.id, own_cases=frozenset({home.case.id}))
    assert (await told(party, asset))["code"] == "FORBIDDEN"


async def test_an_exempt_asset_is_out_of_reach(home: rz.Court) -> None:
    asset = await house(home, "50000.00")
    given: dict[str, Any] = {"assetId": str(asset), "version": 1, "ground": "SPECIAL_PURPOSE_ACCOUNT"}

    async def recorded(who: Caller = HANDLER, **changes: Any) -> Any:
        return await ask(home.node, EXEMPT, who, input=given | changes)

    assert await recorded() == {"code": "INVALID_EXEMPTION", "part": "fund"}
    assert (await recorded(CHIEF, fund="PARTY_DUES"))["code"] == "FORBIDDEN"
    assert (await recorded(rz.caller(KAIHUA, 2), fund="PARTY_DUES"))["code"] == "NOT_ASSIGNED"
    assert (await recorded(version=2, fund="PARTY_DUES"))["code"] == "STALE_VERSION"
    assert await home.count("asset_exemptions") == 0
    assert await recorded(fund="PARTY_DUES") == {"exemption": "SPECIAL_PURPOSE_ACCOUNT"}
    assert (await recorded(version=2, fund="PARTY_DUES"))["code"] == "TRANSITION_NOT_ALLOWED"

    refused = await ruled(home, asset, "h", asIndivisible=True)

    assert (refused["code"], refused["ground"]) == ("EXEMPT_PROPERTY", "SPECIAL_PURPOSE_ACCOUNT")
    assert await home.count("measures") == 0
    (event,) = await events(home.node, "RECORD_EXEMPTION")
    assert (event["officerId"], event["outcome"]) == (HANDLER.officer_id, "SPECIAL_PURPOSE_ACCOUNT")


async def test_an_only_home_may_be_sealed(home: rz.Court) -> None:
    """It is no exempt thing, and as nothing that could be sold it does not stand against an exception either."""
    made = await ruled(home, await house(home, "50000.00", only_home=True), "h")

    assert made["status"] == "RULED"


async def test_funds_are_told_with_their_law(home: rz.Court) -> None:
    rows = await ask(home.node, "{ immuneFunds { fund legalBasis within } }", HANDLER)

    assert len(rows) == 11
    assert next(row for row in rows if row["fund"] == "PARTY_DUES")["legalBasis"] == "法〔2005〕209号"


async def test_a_value_cannot_be_understated_by_another_row(home: rz.Court) -> None:
    """The same house, found twice: once at 900,000, once at 10,000 or at nothing, and a small value named."""
    await house(home)
    for key, asset in (("low", await house(home, "10000.00")), ("none", await house(home, None))):
        assert (await ruled(home, asset, key, value="10000.00"))["requested"] == "900000.00"
    assert await home.count("measures") == 0


async def test_what_is_taken_whole_counts_what_it_is_worth_by_now(home: rz.Court) -> None:
    """Ruled at 10,000 when nobody had valued it; then it is found to be worth 95,000."""
    asset = await house(home, None)
    assert (await ruled(home, asset, "h", value="10000.00"))["status"] == "RULED"
    async with transaction(home.node.pool) as conn:
        await conn.execute("UPDATE assets SET estimated_value = 95000")

    refused = await ruled(home, await rz.add_asset(home), "car", value="58000.00")

    assert (refused["code"], refused["controlled"]) == ("EXCEEDS_CLAIM", "95000.00")


async def test_a_thing_is_controlled_once_by_whichever_row(home: rz.Court) -> None:
    first, again = await house(home, "50000.00"), await house(home, "50000.00")
    made = await ruled(home, first, "h")

    assert (await ruled(home, again, "again"))["code"] == "DUPLICATE_OF"
    found = await ask(home.node, CHECK, HANDLER, case=rz.NUMBER, assets=[str(first), str(again)])
    assert (found["requestedNet"], made["status"]) == ("50000.00", "RULED")


async def test_what_is_exempt_is_exempt_by_every_row(home: rz.Court) -> None:
    await house(home, "50000.00", exemption="MEDICAL_AIDS")

    refused = await ruled(home, await house(home, "50000.00"), "h")

    assert (refused["code"], refused["ground"]) == ("EXEMPT_PROPERTY", "MEDICAL_AIDS")


async def test_another_owners_thing_of_the_same_words_is_another(home: rz.Court) -> None:
    """A refrigerator of one debtor that is exempt does not exempt everybody's."""
    fridge = {"kind": AssetKind.MOVABLE, "identity": {"description": "冰箱"}}
    other = home.rows.parties[1].id
    await rz.add_asset(home, **fridge, owner_id=other, exemption="DAILY_NECESSITIES")

    made = await ruled(home, await rz.add_asset(home, **fridge), "m")

    assert made["status"] == "RULED"


async def test_a_joint_debtors_assets_stand_against_the_exception(home: rz.Court) -> None:
    """Two debtors of one case: what the one has covers the debt, so the other's house is not taken whole."""
    other = home.rows.parties[1].id
    await rz.add_asset(home, kind=AssetKind.BANK_DEPOSIT, identity={"account": "6" * 12}, owner_id=other,
                       estimated_value=Decimal("100000.00"))  # fmt: skip
    asset = await house(home)
    made = await ruled(home, asset, "h", asIndivisible=True)
    async with transaction(home.node.pool) as conn:
        await conn.execute("UPDATE case_parties SET role = 'DEBTOR'")

    assert made["status"] == "PROPOSED"
    assert (await decided(home, made, CHIEF))["code"] == "EXCEEDS_CLAIM"


async def test_a_co_owners_row_is_the_same_thing(home: rz.Court) -> None:
    """A house of two debtors, known once for each: controlled by the one row, it counts once beside the other."""
    async with transaction(home.node.pool) as conn:
        await conn.execute("UPDATE case_parties SET role = 'DEBTOR'")
    await ruled(home, await house(home, "90000.00", owner_id=home.rows.parties[1].id), "h")
    mine = await house(home, "90000.00")

    found = await ask(home.node, CHECK, HANDLER, case=rz.NUMBER, assets=[str(mine)])

    assert (found["alreadyControlledNet"], found["requestedNet"], found["verdict"]) == ("0.00", "90000.00", "OK")
