"""The hostile court's messages: refused at once, or stored and closed with a signed receipt, which never changes.

To an applicant the examiner's messages are all refused: none of them takes effect (federation/delivery/inbox.py).
"""

import re
from datetime import timedelta
from functools import partial
from typing import Final

import msgspec

from api.conform import report
from api.conform.ask_refusals import STRANGER, Refusal
from api.conform.checks import Check, Seen
from api.conform.forger import tampered
from api.conform.kit import RECEIPTS, Kit
from db.ids import new_id
from federation.delivery.outbox import CONTROL
from federation.delivery.post import code_of
from federation.wire.decryption import generate_box
from federation.wire.envelope import MAX_MESSAGE
from federation.wire.signing import generate_signing

_HOUR: Final = timedelta(hours=1)
_ASKS_BACK: Final = CONTROL + msgspec.msgpack.encode({"kind": "ask", "epoch": 1, "since": None})
"""What a court says whose database was restored: give me back everything."""


def _expired(kit: Kit) -> bytes:
    now = kit.clock.now()
    return kit.forger.message(issued=now - 2 * _HOUR, expires=now - _HOUR)


def _early(kit: Kit) -> bytes:
    now = kit.clock.now()
    return kit.forger.message(issued=now + _HOUR, expires=now + 2 * _HOUR)


def _beyond(head: bytes) -> bytes:
    """The header with a life of the database that no table holds."""
    return re.sub(rb'"epoch":\d+', b'"epoch":%d' % 2**52, head)


_REFUSALS: Final = (
    Refusal("MESSAGE_TOO_LARGE", "超长的消息被拒收", "a message longer than any is refused",
            lambda _: bytes(MAX_MESSAGE + 1), ("413-TOO_LARGE",)),
    Refusal("MESSAGE_NO_ENVELOPE", "不是信封的消息被拒收", "what is no envelope is refused",
            lambda _: b"rubbish", ("400-MALFORMED_ENVELOPE",)),
    Refusal("MESSAGE_EPOCH", "超出范围的数字被拒收", "a number beyond its range is refused",
            lambda kit: kit.forger.message(rewrite=_beyond), ("400-MALFORMED_ENVELOPE",)),
    Refusal("MESSAGE_KIND", "把查询当作消息时被拒收", "an ask at the door of messages is refused",
            lambda kit: kit.forger.ask(), ("400-WRONG_KIND",)),
    Refusal("MESSAGE_TAMPERED", "密文被改动的消息验签失败", "a message with one bit changed is refused",
            lambda kit: tampered(kit.forger.message()), ("403-BAD_SIGNATURE",)),
    Refusal("MESSAGE_FORGED", "冒用密钥编号签名的消息被拒收", "a stranger's signature under a known key id is refused",
            lambda kit: kit.forger.message(signer=generate_signing(), under=kit.forger.face.signing.id),
            ("403-BAD_SIGNATURE",)),
    Refusal("MESSAGE_UNKNOWN_KEY", "未公布的密钥签名的消息被拒收", "a key that nobody published is refused",
            lambda kit: kit.forger.message(signer=generate_signing()), ("403-UNKNOWN_KEY",)),
    Refusal("MESSAGE_UNKNOWN_COURT", "目录中没有的法院的消息被拒收", "a court that no directory lists is refused",
            lambda kit: kit.forger.message(sender=STRANGER), ("403-UNKNOWN_COURT",)),
    Refusal("MESSAGE_IN_A_MEMBERS_NAME", "冒用成员法院名义的消息被拒收", "a message in a member's name is refused",
            lambda kit: kit.forger.message(sender=kit.member), ("403-UNKNOWN_KEY", "403-BAD_SIGNATURE")),
    Refusal("MESSAGE_OTHER_RECIPIENT", "发给其他法院的消息被拒收", "a message for another court is refused",
            lambda kit: kit.forger.message(to=STRANGER), ("403-NOT_ADDRESSED_HERE",)),
    Refusal("MESSAGE_FROM_THE_FUTURE", "签发时间超前的消息暂不受理", "a message issued ahead of time is put off",
            _early, ("503-ISSUED_IN_FUTURE",)),
    Refusal("MESSAGE_EXPIRED", "过期的消息得到已过期的签名回执", "a message past its expiry is closed as expired",
            _expired, ("EXPIRED",)),
    Refusal("MESSAGE_CANNOT_OPEN", "无法解密的消息得到签名的拒绝回执", "a box that cannot be opened is refused, signed",
            lambda kit: kit.forger.message(encrypted_to=generate_box().public), ("REFUSED-CANNOT_OPEN",)),
    Refusal("MESSAGE_OF_NO_MEMBER", "非成员的消息得到签名的拒绝回执", "a message of no member is refused, signed",
            lambda kit: kit.forger.message(), ("REFUSED-NOT_A_MEMBER",)),
    Refusal("MESSAGE_CONTROL", "非成员不得索取往来消息", "nobody but a member is given messages back",
            lambda kit: kit.forger.message(_ASKS_BACK), ("REFUSED-NOT_A_MEMBER",)),
)  # fmt: skip


async def _refused(refusal: Refusal, kit: Kit, seen: Seen) -> None:
    seen.expect((await kit.tell(refusal.write(kit))).said, *refusal.expected)


async def same_receipt(kit: Kit, seen: Seen) -> None:
    """The same message again gets the stored receipt, byte for byte."""
    raw = kit.forger.message()
    first, again = await kit.tell(raw), await kit.tell(raw)
    seen.expect(first.said, "REFUSED-NOT_A_MEMBER")
    if first.raw != again.raw:
        seen.expect("OTHER_BYTES", "SAME_BYTES")


async def other_bytes(kit: Kit, seen: Seen) -> None:
    """Another message under the same id is an equivocation; the first one's receipt stays."""
    number = new_id(kit.clock.now())
    raw = kit.forger.message(id=number)
    first = await kit.tell(raw)
    seen.expect((await kit.tell(kit.forger.message(b"\x00other", id=number))).said, "REFUSED-EQUIVOCATION")
    if (await kit.tell(raw)).raw != first.raw:
        seen.expect("OTHER_BYTES", "SAME_BYTES")


async def receipt_for_nothing(kit: Kit, seen: Seen) -> None:
    """A receipt for a message that was never sent is refused."""
    raw = kit.forger.envelope("receipt", b"{}", outcome="ACCEPTED", re=new_id(kit.clock.now()), re_digest="0" * 64)
    reply = await kit.send(RECEIPTS, raw)
    seen.expect(report.words(reply.status, code_of(reply)), "403-RECEIPT_MISMATCH", "403-UNKNOWN_COURT")


MESSAGE_CHECKS: Final = (
    *(Check(each.code, each.zh, each.en, partial(_refused, each)) for each in _REFUSALS),
    Check("MESSAGE_AGAIN", "重发同一消息得到逐字节相同的回执", "the same message again gets the stored receipt",
          same_receipt),
    Check("MESSAGE_EQUIVOCATION", "同一编号不同内容的消息被拒绝", "another message under the same id is refused",
          other_bytes),
    Check("RECEIPT_FOR_NOTHING", "对未发出消息的回执被拒收", "a receipt for nothing that was sent is refused",
          receipt_for_nothing),
)  # fmt: skip
