"""The signed form: bytes and who signed them."""

from datetime import UTC, datetime

import pytest

from federation.directory import signed
from federation.directory.documents import FreshDocument, ListingDocument
from federation.wire import framing
from federation.wire.errors import MalformedDirectory
from federation.wire.signing import SigningKey, generate_signing
from tests.federation.zone import KAIHUA, SHEXIAN, flipped

FRESH = FreshDocument(
    version=3,
    issued_at=datetime(2025, 7, 14, 1, 0, tzinfo=UTC),
    expires_at=datetime(2025, 7, 15, 1, 0, tzinfo=UTC),
    listing="0" * 64,
)


@pytest.fixture
def keys() -> dict[str, SigningKey]:
    return {KAIHUA: generate_signing(), SHEXIAN: generate_signing()}


def known(keys: dict[str, SigningKey]) -> dict[tuple[str, str], object]:
    return {(by, key.id): key.public for by, key in keys.items()}


def test_every_true_signer_is_counted_once(keys: dict[str, SigningKey]) -> None:
    """Twice the same signer is one."""
    raw = signed.write(FRESH, [*keys.items(), (KAIHUA, keys[KAIHUA])])

    found = signed.read(raw, FreshDocument)

    assert found.document == FRESH
    assert found.signers(known(keys)) == {KAIHUA, SHEXIAN}  # type: ignore[arg-type]


def test_another_keys_signature_counts_nothing(keys: dict[str, SigningKey]) -> None:
    """A signature under a court's name by a key that is not its own."""
    raw = signed.write(FRESH, [(KAIHUA, generate_signing(keys[KAIHUA].id)), (SHEXIAN, keys[SHEXIAN])])

    assert signed.read(raw, FreshDocument).signers(known(keys)) == {SHEXIAN}  # type: ignore[arg-type]


def test_a_signature_counts_for_its_format_only(keys: dict[str, SigningKey]) -> None:
    """The bytes of one document under the format of another."""
    body = signed.read(signed.write(FRESH), FreshDocument).body
    elsewhere = signed.signature(ListingDocument(entries=[]), body, KAIHUA, keys[KAIHUA])

    raw = signed.join(body, [elsewhere])

    assert signed.read(raw, FreshDocument).signers(known(keys)) == frozenset()  # type: ignore[arg-type]


def test_changed_bytes_have_no_signers(keys: dict[str, SigningKey]) -> None:
    """One digit of the version."""
    found = signed.read(signed.write(FRESH, keys.items()), FreshDocument)

    raw = signed.join(found.body.replace(b'"version":3', b'"version":4'), found.signatures)

    assert signed.read(raw, FreshDocument).signers(known(keys)) == frozenset()  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["framing", "format", "signatures"])
def test_what_is_not_of_the_form_is_refused(part: str, keys: dict[str, SigningKey]) -> None:
    """Each part that can be malformed says so."""
    whole = signed.write(FRESH, keys.items())
    body, signatures = framing.split(whole, 2)
    raw = {
        "framing": flipped(whole)[:-1],
        "format": framing.join(body.replace(b'"version"', b'"versoin"'), signatures),
        "signatures": framing.join(body, signatures.replace(b"},{", b"},{},{")),
    }[part]

    with pytest.raises(MalformedDirectory) as refused:
        signed.read(raw, FreshDocument)

    assert refused.value.part == part
