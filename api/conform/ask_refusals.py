"""The hostile court's asks: each breaks one rule of the admission list, and must be refused in the list's own words.

The order is that of federation/ask/checks.py: a refusal before the signature is a status and a code, one after it an
encrypted, signed answer.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple

from api.conform.checks import Check, Seen
from api.conform.forger import readdressed, tampered, with_header
from api.conform.kit import Kit
from db.ids import new_id
from federation.wire import padding
from federation.wire.decryption import generate_box
from federation.wire.envelope import MAX_ASK
from federation.wire.header import EXAMINER
from federation.wire.signing import generate_signing

STRANGER: Final = EXAMINER + "9"
"""Of the form of a court's code, and in no directory."""
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_FAR: Final = 2**40


class Refusal(NamedTuple):
    """What is sent and what must come back; the first of `expected` is the rule, the others are as good."""

    code: str
    zh: str
    en: str
    write: Callable[[Kit], bytes]
    expected: tuple[str, ...]


def _late(kit: Kit) -> bytes:
    now = kit.clock.now()
    return kit.forger.ask(issued=now - _HOUR, expires=now + _HOUR)


def _early(kit: Kit) -> bytes:
    now = kit.clock.now()
    return kit.forger.ask(issued=now + 8 * _MINUTE, expires=now + 12 * _MINUTE)


def _over(kit: Kit) -> bytes:
    now = kit.clock.now()
    return kit.forger.ask(issued=now - 4 * _MINUTE, expires=now - _MINUTE)


def _unpadded(kit: Kit) -> bytes:
    """A box of the right size whose fill is not zero."""
    padded = padding.pad("ask", b"{}")
    return kit.forger.ask(plaintext=b"", padded=padded[:-1] + b"\1")


def _retyped(kit: Kit, old: bytes, new: bytes) -> bytes:
    """An ask whose header says `new` in the place of `old`, well signed."""
    return kit.forger.ask(rewrite=lambda head: head.replace(old, new))


def _readdressed(kit: Kit) -> bytes:
    return readdressed(kit.forger.ask(), kit.examined.court, STRANGER)


def _renamed(kit: Kit) -> bytes:
    """A true ask whose header names another id: the signature is over the former."""
    raw = kit.forger.ask(epoch=1)
    return with_header(raw, b'"epoch":1', b'"epoch":2')


UNPROVED: Final = (
    Refusal("ASK_TOO_LARGE", "超长的查询被拒收", "an ask longer than any is refused",
            lambda _: bytes(MAX_ASK + 1), ("413-TOO_LARGE",)),
    Refusal("ASK_NO_ENVELOPE", "不是信封的内容被拒收", "what is no envelope is refused",
            lambda _: b"rubbish", ("400-MALFORMED",)),
    Refusal("ASK_UNKNOWN_FIELD", "信封头含未知字段时被拒收", "a header with an unknown field is refused",
            lambda kit: _retyped(kit, b'{"v":1', b'{"w":1,"v":1'), ("400-MALFORMED",)),
    Refusal("ASK_DOUBLED_FIELD", "信封头字段重复时被拒收", "a header with a doubled field is refused",
            lambda kit: _retyped(kit, b'{"v":1', b'{"v":1,"v":1'), ("400-MALFORMED",)),
    Refusal("ASK_WIRE_VERSION", "未知的通信版本被拒收", "an unknown version of the wire is refused",
            lambda kit: _retyped(kit, b'"v":1', b'"v":999'), ("400-MALFORMED",)),
    Refusal("ASK_SUITE", "未知的算法套件被拒收", "an unknown suite of algorithms is refused",
            lambda kit: _retyped(kit, b'"suite":1', b'"suite":999'), ("400-MALFORMED",)),
    Refusal("ASK_KIND", "把消息当作查询时被拒收", "a message at the door of asks is refused",
            lambda kit: kit.forger.message(), ("400-MALFORMED",)),
    Refusal("ASK_BOX_SIZE", "密文长度不属于规定大小时被拒收", "a box of no padded size is refused",
            lambda kit: kit.forger.ask(plaintext=b"", padded=bytes(1000)), ("400-MALFORMED",)),
    Refusal("ASK_OTHER_RECIPIENT", "发给其他法院的查询被拒收", "an ask for another court is refused",
            lambda kit: kit.forger.ask(to=STRANGER), ("403-NOT_FOR_THIS_COURT",)),
    Refusal("ASK_READDRESSED", "改写收件法院的查询被拒收", "an ask that was re-addressed on its way is refused",
            _readdressed, ("403-NOT_FOR_THIS_COURT",)),
    Refusal("ASK_UNKNOWN_DIRECTORY", "引用未知目录版本时暂不受理", "an ask that names a directory to come is put off",
            lambda kit: kit.forger.ask(directory=_FAR), ("409-UNKNOWN_DIRECTORY",)),
    Refusal("ASK_UNKNOWN_COURT", "目录中没有的法院被拒收", "a court that no directory lists is refused",
            lambda kit: kit.forger.ask(sender=STRANGER), ("403-UNKNOWN_COURT",)),
    Refusal("ASK_IN_A_MEMBERS_NAME", "冒用成员法院名义时被拒收", "an ask in a member's name is refused",
            lambda kit: kit.forger.ask(sender=kit.member), ("401-BAD_SIGNATURE", "403-MEMBERSHIP_SUSPENDED")),
    Refusal("ASK_TAMPERED", "密文被改动时验签失败", "an ask with one bit changed is refused",
            lambda kit: tampered(kit.forger.ask()), ("401-BAD_SIGNATURE",)),
    Refusal("ASK_HEADER_TAMPERED", "信封头被改动时验签失败", "an ask whose header was changed is refused",
            _renamed, ("401-BAD_SIGNATURE",)),
    Refusal("ASK_UNKNOWN_KEY", "未公布的密钥签名时被拒收", "an ask signed with a key that nobody published is refused",
            lambda kit: kit.forger.ask(signer=generate_signing()), ("401-BAD_SIGNATURE",)),
    Refusal("ASK_FORGED", "冒用密钥编号签名时被拒收", "a stranger's signature under a known key's id is refused",
            lambda kit: kit.forger.ask(signer=generate_signing(), under=kit.forger.face.signing.id),
            ("401-BAD_SIGNATURE",)),
)  # fmt: skip
"""Before the sender is proved."""

PROVED: Final = (
    Refusal("ASK_STALE", "五分钟以前签发的查询被拒绝", "an ask issued over five minutes ago is refused",
            _late, ("REFUSED-STALE",)),
    Refusal("ASK_FROM_THE_FUTURE", "签发时间超前的查询被拒绝", "an ask issued over five minutes ahead is refused",
            _early, ("REFUSED-STALE",)),
    Refusal("ASK_EXPIRED", "已过有效期的查询被拒绝", "an ask past its expiry is refused",
            _over, ("REFUSED-STALE",)),
    Refusal("ASK_CANNOT_OPEN", "用其他密钥加密的内容被拒绝", "a box encrypted to another key is refused",
            lambda kit: kit.forger.ask(encrypted_to=generate_box().public), ("REFUSED-CANNOT_OPEN",)),
    Refusal("ASK_PADDING", "填充不合规的密文被拒绝", "a box whose fill is not zero is refused",
            _unpadded, ("REFUSED-CANNOT_OPEN",)),
    Refusal("ASK_NO_CONTENT", "密文内容不是查询时被拒绝", "a box that holds no ask is refused",
            lambda kit: kit.forger.ask(plaintext=b"{}"), ("REFUSED-MALFORMED",)),
    Refusal("ASK_CONTRACT", "未知的接口契约不受理", "an ask in an unknown contract is not supported",
            lambda kit: kit.forger.ask(contract=999), ("UNSUPPORTED-UNSUPPORTED_CONTRACT",)),
)  # fmt: skip
"""After it: the refusal itself is signed and encrypted."""


async def _refused(refusal: Refusal, kit: Kit, seen: Seen) -> None:
    answered = await kit.ask(refusal.write(kit))
    seen.expect(answered.said, *refusal.expected)


async def same_bytes(kit: Kit, seen: Seen) -> None:
    """The same ask again gets the stored answer, byte for byte."""
    raw = kit.forger.ask()
    first, again = await kit.ask(raw), await kit.ask(raw)
    seen.expect(first.said, "EMPTY")
    if first.raw != again.raw:
        seen.expect("OTHER_BYTES", "SAME_BYTES")


async def other_bytes(kit: Kit, seen: Seen) -> None:
    """Another ask under the same id is an equivocation."""
    number = new_id(kit.clock.now())
    await kit.ask(kit.forger.ask(id=number))
    seen.expect((await kit.ask(kit.forger.ask(id=number))).said, "REFUSED-EQUIVOCATION")


def check_of(refusal: Refusal) -> Check:
    """The row of the table."""
    return Check(refusal.code, refusal.zh, refusal.en, partial(_refused, refusal))


ASK_CHECKS: Final = (
    *map(check_of, UNPROVED),
    *map(check_of, PROVED[:3]),
    Check("ASK_AGAIN", "重发同一查询得到逐字节相同的答复", "the same ask again gets the same bytes", same_bytes),
    Check("ASK_EQUIVOCATION", "同一编号不同内容的查询被拒绝", "another ask under the same id is refused", other_bytes),
    *map(check_of, PROVED[3:]),
)
