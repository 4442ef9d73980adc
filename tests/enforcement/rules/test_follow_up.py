"""What a find is followed up by: every kind of asset, and the court of the place."""

import pytest

from db.records.assets import AssetKind
from enforcement.rules.follow_up import SEIZURES, entrusted_court
from enforcement.rules.matter import DelegatedMatterType, RequiredPaper, rule
from enforcement.rules.measure import FITTING
from enforcement.rules.task_refusals import EntrustedCourtUnknown

COURTS = {"330824": "浙0824", "341021": "皖1021", "361181": "赣1181"}


@pytest.mark.parametrize("kind", list(AssetKind))
def test_every_kind_is_seized_lawfully(kind: AssetKind) -> None:
    seizure = SEIZURES[kind]

    assert seizure.measure in FITTING[kind]
    asked = rule(seizure.matter)
    assert asked.needs_evidence
    assert {RequiredPaper.RULING, RequiredPaper.ASSISTANCE_NOTICE} <= asked.papers


@pytest.mark.parametrize(
    ("kind", "matter"),
    [
        (AssetKind.VEHICLE, DelegatedMatterType.SEIZE_VEHICLE),
        (AssetKind.MOVABLE, DelegatedMatterType.SEIZE_MOVABLE),
        (AssetKind.REAL_ESTATE, DelegatedMatterType.SEAL),
        (AssetKind.BANK_DEPOSIT, DelegatedMatterType.FREEZE_FUNDS),
        (AssetKind.HOUSING_PROVIDENT_FUND, DelegatedMatterType.FREEZE_FUNDS),
        (AssetKind.EQUITY, DelegatedMatterType.FREEZE_EQUITY),
        (AssetKind.INCOME, DelegatedMatterType.WITHHOLD_INCOME),
    ],
)
def test_matter_follows_the_list(kind: AssetKind, matter: DelegatedMatterType) -> None:
    assert SEIZURES[kind].matter is matter


@pytest.mark.parametrize(
    ("division", "fed_back_by", "court"),
    [
        ("341021", "浙0824", "皖1021"),  # the own search's find in another member's district
        ("361181", "皖1021", "赣1181"),  # found by one court, lies with another
        ("330106", "皖1021", "皖1021"),  # of no member: who found it
    ],
)
def test_place_names_the_court(division: str, fed_back_by: str, court: str) -> None:
    assert entrusted_court(division, fed_back_by, own="浙0824", courts=COURTS) == court


@pytest.mark.parametrize(("division", "fed_back_by"), [("330824", "皖1021"), ("330106", "浙0824")])
def test_nobody_delegates_to_themselves(division: str, fed_back_by: str) -> None:
    with pytest.raises(EntrustedCourtUnknown):
        entrusted_court(division, fed_back_by, own="浙0824", courts=COURTS)
