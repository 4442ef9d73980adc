"""Fingerprints in words: the same keys, the same words; and lists in which no two words sound alike."""

import unicodedata
from itertools import combinations
from typing import Any

import pytest

from enforcement.rules import fingerprint
from enforcement.rules.fingerprint_words import WORDS

KEYS: dict[str, Any] = {"identity": "i" * 43, "governance": "g" * 43, "signing": ["s" * 43, "t" * 43]}
INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
ALIKE = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l", "f": "h"}


def sounds(pinyin: str) -> list[str]:
    """Initial and final of each syllable, without tones, as somebody says them who does not tell these pairs apart."""
    found = []
    for syllable in pinyin.split():
        marks = unicodedata.normalize("NFD", syllable)
        plain = "".join(c for c in marks if c == "\u0308" or not unicodedata.combining(c))
        initial = next((i for i in INITIALS if plain.startswith(i)), "")
        final = plain[len(initial) :]
        found += [ALIKE.get(initial, initial), final.removesuffix("g") if final.endswith("ng") else final]
    return found


def test_known_bytes_give_the_known_words() -> None:
    """The example that the makers of the English list gave."""
    known = bytes.fromhex("E58294F2E9A22748 6E8B".replace(" ", ""))

    assert " ".join(fingerprint.english(known)) == (
        "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa"
    )


def test_each_list_has_a_word_for_each_byte() -> None:
    for column in range(4):
        assert len({row[column] for row in WORDS}) == 256
    assert len({row[0] for row in WORDS} | {row[1] for row in WORDS}) == 512


def test_chinese_words_have_two_characters_and_two_syllables() -> None:
    assert {len(zh) for *_, zh, _ in WORDS} == {2}
    assert {len(pinyin.split()) for *_, pinyin in WORDS} == {2}
    assert all("一" <= character <= "鿿" for *_, zh, _ in WORDS for character in zh)


def test_no_two_chinese_words_sound_alike() -> None:
    heard = {zh: sounds(pinyin) for *_, zh, pinyin in WORDS}

    near = [
        (one, other)
        for one, other in combinations(heard, 2)
        if sum(a != b for a, b in zip(heard[one], heard[other], strict=True)) < 2
    ]

    assert near == []


def test_words_are_those_of_the_keys_in_any_order() -> None:
    first = fingerprint.digest("浙0881", **KEYS)

    assert len(first) * 8 >= 80
    assert fingerprint.digest("浙0881", **(KEYS | {"signing": KEYS["signing"][::-1]})) == first


@pytest.mark.parametrize(
    "change",
    [{"identity": "x" * 43}, {"governance": "x" * 43}, {"signing": ["s" * 43]}, {"signing": ["s" * 43, "x" * 43]}],
)
def test_another_key_gives_other_words(change: dict[str, Any]) -> None:
    first, other = fingerprint.digest("浙0881", **KEYS), fingerprint.digest("浙0881", **(KEYS | change))

    assert fingerprint.words(first, "zh") != fingerprint.words(other, "zh")
    assert fingerprint.words(first, "en") != fingerprint.words(other, "en")
    assert fingerprint.digest("浙0882", **KEYS) != first
