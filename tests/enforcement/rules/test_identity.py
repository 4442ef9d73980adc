"""Identifiers: the standards' own examples, the sample people of eight counties, and what a refusal may say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from db.records.parties import IdentifierKind, PartyKind
from enforcement.rules import identity, masking
from enforcement.rules.refusals import Malformed

TODAY = date(2025, 7, 14)

SAMPLE_PEOPLE = [
    "330824197903159972",
    "330824198607049968",
    "330824199211209990",
    "33082219790315997X",
    "330822198607049965",
    "330822199211209998",
    "330127197903159973",
    "330127198607049969",
    "330127199211209991",
    "361181197903159978",
    "361181198607049963",
    "361181199211209996",
    "361130197903159978",
    "361130198607049963",
    "361130199211209996",
    "361123197903159974",
    "36112319860704996X",
    "361123199211209992",
    "341022197903159979",
    "341022198607049964",
    "341022199211209997",
    "341021197903159972",
    "341021198607049968",
    "341021199211209990",
    "11010519491231002X",
]

SAMPLE_FIRMS = [
    "91330824FAKE000139",
    "91330822FAKE00013C",
    "91330127FAKE00013G",
    "91361181FAKE00013F",
    "91361130FAKE00013K",
    "91361123FAKE00013F",
    "91341022FAKE00013K",
    "91341021FAKE000135",
    "91330100799655058B",
    "9144030071526726XG",
]


@pytest.mark.parametrize("number", SAMPLE_PEOPLE)
def test_well_formed_number_is_accepted(number: str) -> None:
    facts = identity.resident(number, today=TODAY)

    assert facts.number == number
    assert facts.division == number[:6]
    assert facts.gender == ("MALE" if int(number[16]) % 2 else "FEMALE")


@pytest.mark.parametrize("code", SAMPLE_FIRMS)
def test_well_formed_credit_code_is_accepted(code: str) -> None:
    assert identity.credit_code(code) == code


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("34102119790315997", "LENGTH"),
        ("", "LENGTH"),
        ("3410211979031599７2", "CHARACTERS"),
        ("34102119790315997Y", "CHARACTERS"),
        ("X41021197903159972", "CHARACTERS"),
        ("341021197902309972", "BIRTH_DATE"),
        ("341021207903159972", "BIRTH_DATE"),
        ("341021197903159973", "CHECK_DIGIT"),
    ],
)
def test_refusal_names_part_not_value(text: str, part: str) -> None:
    with pytest.raises(Malformed) as refused:
        identity.resident(text, today=TODAY)

    assert (refused.value.code, refused.value.part) == ("INVALID_ID_NUMBER", part)
    assert not text or text not in str(vars(refused.value))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("91330824FAKE00013", "LENGTH"),
        ("91330824FAKO000139", "CHARACTERS"),
        ("91330824FAKE000149", "ORGANISATION_CODE"),
        ("91330824FAKE000138", "CHECK_CHARACTER"),
    ],
)
def test_credit_code_refusal_names_part(text: str, part: str) -> None:
    with pytest.raises(Malformed) as refused:
        identity.credit_code(text)

    assert (refused.value.code, refused.value.part) == ("INVALID_USCC", part)


def test_blanks_and_case_do_not_matter() -> None:
    assert identity.resident(" 330822 19790315 997x ", today=TODAY).number == "33082219790315997X"
    assert identity.canonical(IdentifierKind.USCC, "91330824fake000139", today=TODAY) == "91330824FAKE000139"


def test_county_code_is_only_a_warning() -> None:
    number = "361130197903159978"  # the county's code is younger than the person

    assert identity.resident(number, today=TODAY).division == "361130"
    assert not identity.division_is_known(number)
    assert identity.division_is_known("330824199211209990")


@given(st.integers(0, 10**17 - 1), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: int, position: int, shift: int) -> None:
    digits = f"{body:017d}"
    right = digits + ric.calc_check_digit(digits + "0")
    wrong = digits[:position] + str((int(digits[position]) + shift) % 10) + digits[position + 1 :] + right[17]

    assert ric.calc_check_digit(wrong) != wrong[17]


def test_masking_keeps_little() -> None:
    assert masking.masked_number("341021197903159972") == "3410**********9972"
    assert masking.masked_number("1234") == "****"
    assert masking.masked_number("12345678") == "********"
    assert masking.masked_entry("account", "6299993308240000016") == "***************0016"
    assert masking.masked_name("李样甲", PartyKind.NATURAL) == "李某"
    assert masking.masked_name("欧阳样甲", PartyKind.NATURAL) == "欧阳某"
    assert masking.masked_name("开化样例混凝土有限公司", PartyKind.ORGANIZATION) == "开化**公司"
    assert masking.masked_entry("plate", "皖JX0365") == "皖J****5"
