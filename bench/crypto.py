"""The cost of the cryptography alone: what one ask and its answer need, in one process, without network or database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from typing import Final
from uuid import uuid4

import msgspec

from bench import set_l
from db.ids import new_id
from federation.ask import content, mandate
from federation.ask.content import Answer, Ask
from federation.ask.mandate import Mandate
from federation.ask.status import Status
from federation.wire import decryption, encryption, envelope, keyfile, statement
from federation.wire.header import Header
from federation.wire.keyfile import NodeKeys

ROUNDS: Final = 7
_TIMES: Final = 60
_NOW: Final = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
_SELECTION: Final = "{ cases { sourceCourt caseNumber status amountApplied } }"
_DATA: Final = b'{"cases":[' + b",".join([b'{"caseNumber":"0123456789","amountApplied":"86000.00"}'] * 4) + b"]}"


@dataclass(frozen=True, slots=True)
class EnvelopeSizes:
    """Bytes of the smallest ask and answer envelopes, which nearly all are."""

    ask: int
    answer: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians in microseconds."""

    mandate_sign_us: float  # once per look-up
    mandate_verify_us: float  # once per asked court, as all that follow
    write_us: float  # encrypt and sign, per envelope
    verify_us: float
    decrypt_us: float

    def asking_ms(self, courts: int) -> float:
        """What the asking node does of a look-up over so many other courts: signs once, writes asks, opens answers."""
        return (self.mandate_sign_us + courts * (self.write_us + self.verify_us + self.decrypt_us)) / 1000

    @property
    def ask_and_answer_us(self) -> float:
        """What one asked court adds: two envelopes written, verified and opened; the gateway verifies the ask too."""
        return self.mandate_verify_us + 2 * (self.write_us + self.verify_us + self.decrypt_us) + self.verify_us


class _Pair:
    """Two courts with keys, and an ask from one to the other."""

    def __init__(self) -> None:
        self.asking, self.asked = keyfile.generate("浙0824"), keyfile.generate("皖1021")
        self.mandate = Mandate(
            id=uuid4(),
            asking="浙0824",
            officer="o-330824-01",
            case_number="（2025）浙0824执365号",
            purpose="PROPERTY_INVESTIGATION",
            sections=("CASES", "ASSETS_UNDER_CONTROL"),
            subject_kind="ID_NUMBER",
            subject="341021197903159972",
            asked=set_l.COURTS,
            selection_digest=content.selection_digest("debtorProfile", content.CONTRACT, {}, _SELECTION),
            issued=_NOW,
            expires=_NOW + timedelta(minutes=5),
        )
        self.signed = self.sign()
        self.ask = self.write_ask()

    def sign(self) -> bytes:
        return mandate.sign(self.mandate, directory=1, signer=self.asking.signing)

    def write_ask(self) -> bytes:
        ask = Ask(
            field="debtorProfile",
            contract=content.CONTRACT,
            arguments={},
            selection=_SELECTION,
            mandate=self.signed,
        )
        head = _header("ask", self.asking, self.asked)
        box = self.asked.box.private.public_key()
        return encryption.write(head, content.encode(ask), recipient=box, signer=self.asking.signing)

    def write_answer(self) -> bytes:
        arrived = envelope.parse(self.ask)
        answer = Answer(status=Status.ANSWERED, rows=4, as_of=_NOW, data=msgspec.Raw(_DATA))
        head = _header("answer", self.asked, self.asking, arrived)
        box = self.asking.box.private.public_key()
        return encryption.write(head, content.encode(answer), recipient=box, signer=self.asked.signing)


def _header(kind: str, sender: NodeKeys, to: NodeKeys, answered: envelope.Envelope | None = None) -> Header:
    return Header(
        kind=kind,  # type: ignore[arg-type]  # "ask" or "answer"
        id=new_id(_NOW),
        epoch=1,
        sender=sender.court,
        to=to.court,
        issued=_NOW,
        expires=_NOW + timedelta(minutes=5),
        directory=1,
        signing_key=sender.signing.id,
        box_key=to.box.id,
        re=None if answered is None else answered.header.id,
        re_digest=None if answered is None else envelope.digest(answered.raw),
    )


def sizes() -> EnvelopeSizes:
    pair = _Pair()
    return EnvelopeSizes(ask=len(pair.ask), answer=len(pair.write_answer()))


def measure() -> Cost:
    """Each act over and over, in alternated rounds; CPU time, which a busy neighbour does not lengthen much."""
    pair = _Pair()
    arrived, key = envelope.parse(pair.ask), pair.asking.signing.public
    acts: dict[str, Callable[[], object]] = {
        "mandate_sign_us": pair.sign,
        "mandate_verify_us": lambda: mandate.open_signed(pair.signed, lambda signed: statement.verify(signed, key)),
        "write_us": pair.write_ask,
        "verify_us": lambda: envelope.verify(envelope.parse(pair.ask), key),
        "decrypt_us": lambda: decryption.decrypt(arrived, pair.asked.box),
    }
    rounds: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(ROUNDS):
        for name, act in acts.items():
            began_s = process_time()
            for _ in range(_TIMES):
                act()
            rounds[name].append((process_time() - began_s) / _TIMES * 1e6)
    return Cost(**{name: median(values) for name, values in rounds.items()})
