import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from federation.wire import header
from federation.wire.errors import MalformedEnvelope
from tests.federation.wire import samples

_ID = UUID("01980672-646b-7f22-842b-c3ff22e22a5e")
"""Fixed: the names of tests are the same in every process."""


def plain(kind: str = "message", /, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(header.encode(samples.header(kind)))
    return fields | changes


def text(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def refused(raw: bytes) -> str:
    with pytest.raises(MalformedEnvelope) as error:
        header.decode(raw)
    return error.value.part


@pytest.mark.parametrize("kind", samples.KINDS)
def test_every_kind_round_trips(kind: str) -> None:
    wanted = samples.header(kind)

    assert header.decode(header.encode(wanted)) == wanted


@pytest.mark.parametrize("kind", samples.KINDS)
def test_every_key_is_required(kind: str) -> None:
    fields = plain(kind)

    for name in fields:
        assert refused(text({k: v for k, v in fields.items() if k != name})) in {"header", "version"}


@pytest.mark.parametrize("name", list(header.Track.__struct_fields__))
def test_every_key_of_a_track_is_required(name: str) -> None:
    fields = plain()
    del fields["track"][name]

    assert refused(text(fields)) == "header"


def test_unknown_keys_are_refused() -> None:
    assert refused(text(plain(note="x"))) == "header"
    assert refused(text(plain(track=plain()["track"] | {"note": "x"}))) == "header"


@pytest.mark.parametrize("name", ["to", "id", "expires", "track"])
def test_a_doubled_key_is_refused(name: str) -> None:
    raw = text(plain())
    again = json.dumps({name: plain()[name]}, ensure_ascii=False).encode()[1:-1]

    assert refused(raw[:-1] + b"," + again + b"}") == "header"


def test_a_doubled_key_is_refused_in_a_track_and_when_escaped() -> None:
    raw = text(plain())

    assert refused(raw.replace(b'"urgent"', b'"urgent": true, "urgent"')) == "header"
    assert refused(raw.replace(b'"to"', b'"\\u0074o": "\\u6d590822", "to"')) == "header"


def test_nesting_beyond_reason_is_refused() -> None:
    assert refused(b'{"v":1,"x":' + b"[" * 4000) == "header"
    assert refused(b'{"v":' + b"[" * 4000) == "header"


def test_five_kib_are_refused_unread() -> None:
    raw = text(plain())

    assert header.decode(raw + b" " * (header.MAX_HEADER_BYTES - len(raw)))
    assert refused(raw + b" " * (5 * 1024 - len(raw))) == "header"


@pytest.mark.parametrize("version", [0, 2, 99])
def test_another_version_is_named_as_such(version: int) -> None:
    assert refused(text(plain(v=version))) == "version"
    assert refused(text(plain(v=version, something="new"))) == "version"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 1.0),
        ("v", "1"),
        ("suite", None),
        ("kind", "letter"),
        ("id", "3f0c1c5e-6a0b-4b6e-9d35-0d6a1f0f7a11"),
        ("id", "0198077f-0000-7000-0000-000000000000"),
        ("id", _ID.hex),
        ("id", str(_ID).upper().replace("0", "A", 1)),
        ("epoch", 0),
        ("epoch", True),
        ("epoch", 2**31),
        ("seq", 2**53),
        ("from", "浙0824 "),
        ("from", "浙0824\n"),
        ("from", "浙08245"),
        ("from", "浙０８２４"),
        ("from", "张三"),
        ("from", "330824"),
        ("from", ""),
        ("to", "浙0824"),
        ("to", "Gateway"),
        ("seq", None),
        ("seq", 0),
        ("seq", 2),
        ("seq", 1.5),
        ("prev", samples.DIGEST),
        ("prev", "0F" * 32),
        ("issued", "2025-07-14T09:00:00"),
        ("issued", 1752454800),
        ("issued", "2025-07-14"),
        ("expires", "2025-07-14T01:00:00Z"),
        ("expires", "2025-07-14T08:00:00+08:00"),
        ("directory", 0),
        ("directory", -1),
        ("signing_key", ""),
        ("signing_key", "钥匙"),
        ("box_key", "b" * 65),
        ("box_key", "b 1"),
        ("re", "01980672-646b-7f22-842b-c3ff22e22a5e"),
        ("re_digest", samples.DIGEST),
        ("outcome", "ACCEPTED"),
        ("track", {}),
        ("track", []),
    ],
)
def test_a_message_with_a_wrong_value_is_refused(name: str, value: Any) -> None:
    assert refused(text(plain("message", **{name: value}))) in {"header", "version"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task", "not a uuid"),
        ("seq", 0),
        ("event", "dispatched"),
        ("event", "李四 is in Quzhou"),
        ("event", "A" * 41),
        ("status", ""),
        ("holder", "浙0822"),  # neither of the two
        ("due_on", "2025-07-15T00:00:00Z"),
        ("urgent", "no"),
        ("urgent", None),
        ("matter", "扣押车辆"),
    ],
)
def test_a_track_with_a_wrong_value_is_refused(name: str, value: object) -> None:
    assert refused(text(plain(track=plain()["track"] | {name: value}))) == "header"


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (kind, name, value)
        for kind, names in {
            "ask": ("seq", "prev", "re", "re_digest", "outcome", "track"),
            "answer": ("seq", "prev", "outcome", "track"),
            "receipt": ("seq", "prev", "track"),
            "message": ("outcome",),
        }.items()
        for name, value in {
            "seq": 1,
            "prev": samples.DIGEST,
            "re": str(_ID),
            "re_digest": samples.DIGEST,
            "outcome": "REFUSED",
            "track": json.loads(header.encode(samples.header("message")))["track"],
        }.items()
        if name in names
    ],
)
def test_what_does_not_belong_to_a_kind_is_refused(kind: str, name: str, value: object) -> None:
    assert refused(text(plain(kind, **{name: value}))) == "header"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("answer", "re"), ("answer", "re_digest"), ("receipt", "re"), ("receipt", "re_digest"), ("receipt", "outcome")],
)
def test_what_a_kind_needs_is_required(kind: str, name: str) -> None:
    assert refused(text(plain(kind, **{name: None}))) == "header"


def test_later_messages_name_the_one_before() -> None:
    assert header.decode(text(plain(seq=2, prev=samples.DIGEST))).prev == samples.DIGEST


def test_a_message_may_answer_another() -> None:
    earlier = str(_ID)

    assert str(header.decode(text(plain(re=earlier, re_digest=samples.DIGEST))).re) == earlier


def test_the_gateway_may_speak_of_a_task_of_two_others() -> None:
    track = plain()["track"] | {"holder": "浙0822"}

    assert header.decode(text(plain(**{"from": "gateway", "track": track}))).sender == "gateway"


def test_offsets_other_than_utc_name_the_same_instant() -> None:
    decoded = header.decode(text(plain(issued="2025-07-14T09:00:00+08:00")))

    assert decoded.issued == samples.NOW


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", b'"x"', b"{", b"{}", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"{" * 4000, b"[" * 4000],
)
def test_what_is_no_header_is_refused(raw: bytes) -> None:
    assert refused(raw) == "header"


def test_text_that_is_not_utf8_is_refused() -> None:
    assert refused(text(plain()).replace(b'"s-1"', b'"\xff\xfe"')) == "header"
    assert refused(json.dumps(plain()).encode("utf-16")) == "header"


def test_encode_writes_nothing_that_decode_refuses() -> None:
    for changes in ({"to": "浙0824"}, {"expires": samples.NOW}, {"issued": datetime(2025, 7, 14)}, {"seq": None}):  # noqa: DTZ001
        with pytest.raises(MalformedEnvelope):
            header.encode(samples.header("message", **changes))


def test_the_largest_header_fits() -> None:
    largest = samples.header(
        "message",
        epoch=2**31 - 1,
        seq=2**53 - 1,
        prev=samples.DIGEST,
        re=_ID,
        re_digest=samples.DIGEST,
        directory=2**53 - 1,
        signing_key="s" * 64,
        box_key="b" * 64,
        expires=samples.NOW + timedelta(days=30, microseconds=123456),
    )

    assert len(header.encode(largest)) < header.MAX_HEADER_BYTES
