"""The fingerprint (指纹) of a court's keys in words, to be compared over the telephone.

    keys -> SHA-256 -> its first 80 bits -> ten words, English or Chinese

The applicant prints it, the gateway shows it, two people read it to each other: whoever swapped a key on the way would
have to find other keys with the same 80 bits. Invariant: the same keys give the same words everywhere.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from enforcement.rules.fingerprint_words import WORDS

PLACES: Final = 10
"""Words of a fingerprint; eight bits each."""
_FORM: Final = "xiezhi/fingerprint/1"


def digest(court: str, *, identity: str, governance: str, signing: Iterable[str]) -> bytes:
    """The bytes that the words say: of a court's code and its public keys, as base64url texts of 32 bytes.

    `signing` are the keys with which its node signs, in any order.
    """
    parts = [_FORM, court, identity, governance, *sorted(signing)]
    return sha256("\n".join(parts).encode()).digest()[:PLACES]


def english(fingerprint: bytes) -> list[str]:
    """Ten English words, even and odd ones in turn."""
    return [WORDS[value][place % 2] for place, value in enumerate(fingerprint)]


def chinese(fingerprint: bytes) -> list[str]:
    """Ten Chinese words of two characters."""
    return [WORDS[value][2] for value in fingerprint]


def words(fingerprint: bytes, language: str) -> str:
    """The words with spaces between them, in `language` ("zh", or English for anything else)."""
    return " ".join(chinese(fingerprint) if language == "zh" else english(fingerprint))
