"""Fixture set S holds every total it promises, read back from the eight databases into which it was loaded."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest

from api.demo import fixtures
from api.demo.fixtures.facts import (
    ACTION_DEBTOR,
    BY_DIVISION,
    READER_CASE,
    READER_DEBTOR,
    STORY_CASE,
    STORY_DEBTOR,
    STORY_PLATE,
    STORY_VIN,
)
from api.demo.fixtures.people import ABOLISHED
from enforcement.rules import asset_identity, case_number, identity
from tests.api.zone_records import TODAY, ZoneRecords, read_back

pytestmark = pytest.mark.anyio
EIGHT = {court.division for court in fixtures.courts()}
"""The divisions of the eight counties."""


@pytest.fixture(scope="module")
async def zone(anyio_backend: str, server_dsn: Callable[[str], str], templates: dict[str, str]) -> ZoneRecords:
    return await read_back(server_dsn, templates["node"])


async def test_cases_per_court(zone: ZoneRecords) -> None:
    counts = Counter(row["court"] for row in zone.of("cases"))

    assert [counts[court.code] for court in fixtures.courts()] == [60, 55, 70, 60, 55, 75, 45, 60]
    assert counts.total() == 480


async def test_cases_per_type(zone: ZoneRecords) -> None:
    codes = {kind: code for code, kind in case_number.TYPES.items()}

    counts = Counter(codes[row["type"]] for row in zone.of("cases"))

    assert counts == {"执": 360, "执恢": 48, "执保": 24, "执异": 24, "执监": 8, "执他": 16}


async def test_status_and_closing_of_implementation_cases(zone: ZoneRecords) -> None:
    cases = zone.implementation()
    status = Counter(row["status"] for row in cases)

    assert len(cases) == 408
    assert status["FILED"] + status["NOTICE_SERVED"] + status["IN_PROGRESS"] == 220
    assert (status["SUSPENDED"], status["DEFERRED"], status["CLOSED"]) == (12, 6, 170)
    assert Counter(row["closing_method"] for row in cases if row["closing_method"]) == {
        "FULLY_ENFORCED": 90,
        "TERMINATED_FOR_NOW": 60,
        "TERMINATED": 14,
        "CANCELLED": 4,
        "APPLICATION_DISMISSED": 2,
    }


async def test_causes(zone: ZoneRecords) -> None:
    assert Counter(row["cause"] for row in zone.of("cases")) == {
        "PRIVATE_LENDING": 120,
        "SALE": 90,
        "LABOUR": 60,
        "CONSTRUCTION": 36,
        "TORT_TRAFFIC": 40,
        "CHILD_SUPPORT": 24,
        "LEASE": 24,
        "TRANSPORT": 20,
        "SERVICES": 30,
        "OTHER": 36,
    }


async def test_amounts_are_log_normal_up_to_eight_million(zone: ZoneRecords) -> None:
    amounts = [row["amount_applied"] for row in zone.of("cases")]

    assert 47_000 <= median(amounts) <= 49_000
    assert round(100 * sum(amount <= 100_000 for amount in amounts) / len(amounts)) == 62
    assert 7_500_000 <= max(amounts) <= 8_000_000
    assert all(
        row["amount_applied"] == row["principal"] + row["general_interest"] + row["costs"] for row in zone.of("cases")
    )


async def test_livelihood_follows_the_cause(zone: ZoneRecords) -> None:
    marked = {row["cause"] for row in zone.of("cases") if row["livelihood"]}

    assert marked == {"LABOUR", "CHILD_SUPPORT", "TORT_TRAFFIC"}
    assert all(row["livelihood"] for row in zone.of("cases") if row["cause"] in marked)


async def test_debtors_and_links(zone: ZoneRecords) -> None:
    links = list(zone.debtor_links())
    kinds = {party["number"]: party["kind"] for _, party in links}

    assert len(links) == 540
    assert Counter(kinds.values()) == {"NATURAL": 360, "ORGANIZATION": 40}
    assert Counter(Counter(case["id"] for case, _ in links).values()) == {1: 420, 2: 60}


async def test_overlaps_between_courts(zone: ZoneRecords) -> None:
    courts = {number: {case["court"] for case in cases} for number, cases in zone.debtors().items()}

    assert sum(len(where) >= 2 for where in courts.values()) == 64
    assert sum(len({court[0] for court in where}) >= 2 for where in courts.values()) == 40
    assert sum(len(where) >= 3 for where in courts.values()) == 24
    assert sum(len(cases) >= 10 for cases in zone.debtors().values()) == 2


async def test_same_name_pairs(zone: ZoneRecords) -> None:
    names = {party["number"]: party["name"] for _, party in zone.debtor_links()}

    assert Counter(Counter(names.values()).values()) == {1: 376, 2: 12}
    everybody = {party["number"]: party["name"] for party in zone.of("parties")}
    assert Counter(Counter(everybody.values()).values())[2] == 12


async def test_abolished_divisions_and_x_endings(zone: ZoneRecords) -> None:
    numbers = {party["number"] for _, party in zone.debtor_links() if party["kind"] == "NATURAL"}

    assert sum(number[:6] in ABOLISHED for number in numbers) == 3
    assert sum(number[:6] not in EIGHT for number in numbers) == 3
    assert sum(number.endswith("X") for number in numbers) == 6


async def test_numbers_conform_and_are_never_issued(zone: ZoneRecords) -> None:
    for party in zone.of("parties"):
        if party["kind"] == "NATURAL":
            facts = identity.resident(party["number"], today=TODAY)
            assert (facts.birth_on, facts.gender) == (party["birth_on"], party["gender"])
            assert 1950 <= facts.birth_on.year <= 2005
            assert party["number"][14:17] in {"996", "997", "998", "999"}
        else:
            assert identity.credit_code(party["number"])[8:12] == "FAKE"
        assert "样" in party["name"]
    assert all("样" in officer["name"] for officer in zone.of("officers"))


async def test_case_numbers_rise_with_the_filing_date(zone: ZoneRecords) -> None:
    series: dict[tuple[object, ...], list[tuple[date, int]]] = {}
    for row in zone.of("cases"):
        number = case_number.parse(row["number"], today=TODAY)
        assert (number.court, number.year, number.type) == (row["court"], row["filed_on"].year, row["type"])
        series.setdefault((row["court"], row["type"], number.year), []).append((row["filed_on"], number.sequence))

    for entries in series.values():
        by_number = sorted(entries, key=lambda entry: entry[1])
        assert [day for day, _ in by_number] == sorted(day for day, _ in entries)


async def test_cases_close_after_filing_and_resume_after_closing(zone: ZoneRecords) -> None:
    cases = zone.by_id("cases")

    for row in cases.values():
        if row["closing_method"] == "TERMINATED_FOR_NOW":
            assert (row["closed_on"] - row["filed_on"]).days > 92
        assert row["closed_on"] is None or row["filed_on"] < row["closed_on"] <= TODAY
        if row["resumed_from"]:
            earlier = cases[row["resumed_from"]]
            assert row["type"] == "RESUMED_ENFORCEMENT"
            assert earlier["closing_method"] == "TERMINATED_FOR_NOW"
            assert earlier["closed_on"] < row["filed_on"]


async def test_assets_per_kind(zone: ZoneRecords) -> None:
    assert Counter(row["kind"] for row in zone.of("assets")) == {
        "BANK_DEPOSIT": 300,
        "INTERNET_BALANCE": 96,
        "VEHICLE": 150,
        "REAL_ESTATE": 130,
        "EQUITY": 60,
        "WEALTH_PRODUCT": 40,
        "SECURITIES": 24,
        "HOUSING_PROVIDENT_FUND": 60,
        "MOVABLE": 50,
        "INCOME": 30,
        "RECEIVABLE": 20,
    }


async def test_assets_outside_the_county(zone: ZoneRecords) -> None:
    own = {court.code: court for court in fixtures.courts()}
    away = [row for row in zone.of("assets") if row["division"] != own[row["court"]].division]

    assert len(away) == 240
    assert sum(BY_DIVISION[row["division"]].province != own[row["court"]].province for row in away) == 150


async def test_marks_on_assets(zone: ZoneRecords) -> None:
    assets = zone.of("assets")

    assert sum(row["only_home"] for row in assets) == 24
    assert {row["kind"] for row in assets if row["only_home"]} == {"REAL_ESTATE"}
    assert sum(row["exemption"] is not None for row in assets) == 40
    assert sum(row["co_owned"] for row in assets) == 48
    assert sum(row["mortgage_amount"] is not None for row in assets) == 60


async def test_exempt_assets_are_not_controlled(zone: ZoneRecords) -> None:
    exempt = {row["id"] for row in zone.of("assets") if row["exemption"]}

    assert not [row for row in zone.of("measures") if row["asset_id"] in exempt]


async def test_registry_identities_conform_and_are_unique(zone: ZoneRecords) -> None:
    assets = zone.of("assets")

    for row in assets:
        assert asset_identity.canonical(row["names"]) == row["names"]
        if row["kind"] == "VEHICLE":
            assert asset_identity.vin_check_holds(row["names"]["vin"])
            assert row["names"]["plate"].startswith(BY_DIVISION[row["division"]].plate_prefix)
        if row["kind"] == "BANK_DEPOSIT":
            assert asset_identity.card_check_holds(row["names"]["account"])
            assert row["names"]["account"].startswith("629999")
    keys = Counter(asset_identity.named_by(row["kind"], row["names"]) for row in assets)
    assert max(keys.values()) == 1


async def test_measures_per_status(zone: ZoneRecords) -> None:
    assert Counter(row["status"] for row in zone.of("measures")) == {
        "EFFECTIVE": 430,
        "WAITING": 96,
        "LIFTED": 84,
        "EXPIRED": 24,
        "EXTINGUISHED": 46,
        "REFUSED": 8,
        "NOTICE_SENT": 12,
    }


async def test_queue_lengths(zone: ZoneRecords) -> None:
    queues: dict[object, list[dict[str, object]]] = {}
    for row in zone.of("measures"):
        queues.setdefault(row["asset_id"], []).append(row)
    longer = [queue for queue in queues.values() if len(queue) > 1]

    assert len(longer) == 72
    assert Counter(map(len, longer)) == {2: 54, 3: 12, 4: 6}
    for queue in longer:
        by_rank = sorted(queue, key=lambda row: row["rank"] or 0)  # type: ignore[arg-type, return-value]
        assert [row["rank"] for row in by_rank] == list(range(1, len(queue) + 1))
        assert [row["status"] for row in by_rank] == ["EFFECTIVE"] + ["WAITING"] * (len(queue) - 1)
        arrivals = [row["registered_at"] for row in by_rank]
        assert arrivals == sorted(arrivals)  # type: ignore[type-var]


async def test_measures_that_expire_within_thirty_days(zone: ZoneRecords) -> None:
    ends = [row["expires_on"] for row in zone.of("measures", status="EFFECTIVE") if row["expires_on"]]

    assert sum(timedelta() <= end - TODAY <= timedelta(days=30) for end in ends) == 36
    assert all(end >= TODAY for end in ends)


async def test_one_measure_was_ruled_on_a_leap_day(zone: ZoneRecords) -> None:
    (measure,) = zone.of("measures", ruled_on=date(2024, 2, 29))

    assert (measure["term_years"], measure["expires_on"], measure["status"]) == (1, date(2025, 2, 28), "EXPIRED")


async def test_control_stays_within_the_claim(zone: ZoneRecords) -> None:
    controlled: Counter[object] = Counter()
    for row in zone.of("measures", status="EFFECTIVE"):
        controlled[row["case_id"]] += row["value"]

    cases = zone.by_id("cases")
    assert all(cases[key]["amount_applied"] >= value - 1 for key, value in controlled.items() if key is not None)


async def test_measures_agree_with_their_cases(zone: ZoneRecords) -> None:
    cases = zone.by_id("cases")
    for row in zone.of("measures"):
        if row["case_id"] is not None:
            case = cases[row["case_id"]]
            assert row["ordering_court"] == case["court"]
            assert row["ruling_no"].startswith(case["number"] + "之")
            assert case["filed_on"] <= row["ruled_on"] <= TODAY
    assert max(Counter(row["ruling_no"] for row in zone.of("measures")).values()) == 1


async def test_queue_of_one_measure_is_with_its_ordering_court(zone: ZoneRecords) -> None:
    lengths = Counter(row["asset_id"] for row in zone.of("measures"))

    for row in zone.of("measures"):
        if lengths[row["asset_id"]] == 1:
            assert row["ordering_court"] == row["court"]


async def test_settlements_and_payments(zone: ZoneRecords) -> None:
    assert len(zone.of("settlements")) == 60
    assert len(zone.of("settlements", status="BREACHED")) == 9
    assert len(zone.of("payments")) == 420


async def test_full_performance_is_paid_to_the_cent(zone: ZoneRecords) -> None:
    paid: Counter[object] = Counter()
    for row in zone.of("payments"):
        paid[row["case_id"]] += row["amount"]

    for case in zone.implementation():
        if case["closing_method"] == "FULLY_ENFORCED":
            assert paid[case["id"]] == case["amount_applied"]
        else:
            assert paid[case["id"]] <= case["amount_applied"]


async def test_instalments_add_up_to_the_settlement(zone: ZoneRecords) -> None:
    for settlement in zone.of("settlements"):
        terms = zone.of("instalments", settlement_id=settlement["id"])
        assert sum((term["amount"] for term in terms), Decimal(0)) == settlement["total"]
        late = [term for term in terms if term["due_on"] < TODAY and term["paid_on"] is None]
        assert bool(late) == (settlement["status"] == "BREACHED")


async def test_dishonest_entries(zone: ZoneRecords) -> None:
    entries = zone.of("dishonest_entries")

    assert len(entries) == 70
    assert sum(row["until_on"] < TODAY for row in entries) == 6


async def test_restrictions_cover_listed_and_ended_cases(zone: ZoneRecords) -> None:
    orders = zone.of("consumption_restrictions")
    restricted = {(row["case_id"], row["party_id"]) for row in orders}

    assert len(orders) == 150
    assert {(row["case_id"], row["party_id"]) for row in zone.of("dishonest_entries")} <= restricted
    ended = {row["id"] for row in zone.implementation() if row["closing_method"] == "TERMINATED_FOR_NOW"}
    assert ended <= {case_id for case_id, _ in restricted}


async def test_urgings(zone: ZoneRecords) -> None:
    assert len(zone.of("urgings")) == 120
    assert len(zone.of("urgings", outcome="PERFORMED")) == 18


async def test_vehicle_watches(zone: ZoneRecords) -> None:
    assert Counter(row["status"] for row in zone.of("vehicle_watches")) == {"ACTIVE": 10, "EXPIRED": 1, "LIFTED": 1}


async def test_managed_lists(zone: ZoneRecords) -> None:
    assert len(zone.of("managed_lists")) == 8
    assert all(row["struck_off_by"] != row["owner_id"] for row in zone.of("managed_list_items") if row["struck_off_on"])


async def test_people_of_every_court(zone: ZoneRecords) -> None:
    for court in fixtures.courts():
        roles = [tuple(row["roles"]) for row in sorted(zone.of("officers", court=court.code), key=lambda o: o["id"])]
        assert roles == [
            *[("HANDLER",)] * 3,
            ("CLERK",),
            ("BUREAU_CHIEF",),
            ("PRESIDENT",),
            ("COMMAND_CENTRE",),
            ("SUPERVISOR",),
            *[("LIAISON_OFFICER",)] * 2,
            ("DEVELOPER",),
        ]
    assert sum("LIAISON_OFFICER" in row["roles"] for row in zone.of("officers")) == 16
    assert len({row["name"] for row in zone.of("officers")}) == 88


async def test_twelve_assisting_units_per_court(zone: ZoneRecords) -> None:
    for court in fixtures.courts():
        units = zone.of("assisting_units", court=court.code)
        assert len(units) == 12
        assert {unit["division"] for unit in units} == {court.division}


async def test_every_row_is_synthetic(zone: ZoneRecords) -> None:
    marked = [row["synthetic"] for rows in zone.rows.values() for row in rows if "synthetic" in row]

    assert len(marked) > 3900
    assert all(marked)


async def test_story_case_stands_alone(zone: ZoneRecords) -> None:
    (case,) = zone.of("cases", number=STORY_CASE)
    names = {party["number"]: party["name"] for _, party in zone.debtor_links()}
    applicant = next(
        zone.by_id("parties")[link["party_id"]]
        for link in zone.of("case_parties", case_id=case["id"], role="APPLICANT")
    )

    assert (case["court"], case["status"], case["handler_id"]) == ("浙0824", "IN_PROGRESS", "o-330824-01")
    assert [other["number"] for other in zone.debtors()[STORY_DEBTOR]] == [STORY_CASE]
    assert (names[STORY_DEBTOR], applicant["name"]) == ("李样甲", "周样甲")
    assert not zone.of("assets", case_id=case["id"])
    assert not [row for row in zone.of("assets") if STORY_PLATE in row["names"].values()]
    assert not [row for row in zone.of("assets") if STORY_VIN in row["names"].values()]


async def test_courts_of_a_province_apply_its_standards(zone: ZoneRecords) -> None:
    applied = Counter(
        (row["court"][0], row["province"], row["effective_to"] is None) for row in zone.of("unified_standards")
    )

    assert applied == {
        **{(province, province, True): 4 * courts for province, courts in (("浙", 3), ("赣", 3), ("皖", 2))},
        **{(province, province, False): courts for province, courts in (("浙", 3), ("赣", 3), ("皖", 2))},
    }


async def test_readers_case_has_records_at_four_courts(zone: ZoneRecords) -> None:
    parties = {row["id"] for row in zone.of("parties") if row["number"] == READER_DEBTOR}
    assets = {row["id"] for row in zone.of("assets") if row["owner_id"] in parties}
    own = [row for row in zone.of("measures") if row["asset_id"] in assets and row["ordering_court"] == row["court"]]

    assert {case["court"] for case in zone.debtors()[READER_DEBTOR]} == {"浙0824", "赣1181", "皖1022", "皖1021"}
    assert READER_CASE in {case["number"] for case in zone.debtors()[READER_DEBTOR]}
    assert sorted((row["status"], row["rank"]) for row in own) == [("EFFECTIVE", 1), ("WAITING", 2)]


async def test_action_debtor_has_one_case_and_nothing_else(zone: ZoneRecords) -> None:
    (case,) = zone.debtors()[ACTION_DEBTOR]

    assert (case["court"], case["amount_applied"]) == ("浙0127", Decimal("52600.00"))
    assert case["filed_on"].strftime("%Y-%m") == "2023-11"
    assert not zone.of("assets", case_id=case["id"])
