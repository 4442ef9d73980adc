"""The signatures and verifications of one clear scatter alone, over statements of the size that it sends and hears."""

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Final
from uuid import uuid4

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.signin import ALGORITHMS
from bench import canned_parts
from db.clock import wall_now
from federation.ask.content import CONTRACT, Answer
from federation.ask.status import Status
from federation.clear import content
from federation.clear.content import ClearQuery, Told
from federation.rules.freshness import FRESH
from federation.wire import statement
from federation.wire.signing import generate_signing
from federation.wire.statement import Statement

_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Alone:
    """CPU in ms per request: the courts' signatures and verifications, and the verification of the caller's token."""

    courts_ms: float
    token_ms: float


class Signatures:
    """What is signed and verified, made once."""

    def __init__(self, courts: int, part: bytes, token: str, token_key: RSAKey) -> None:
        self._courts, self._token, self._token_key = courts, token, token_key
        self._gateway, self._court = generate_signing(), generate_signing()
        self._query = self._signed_query()
        self._answer = self._signed_answer(part)

    def measure(self) -> Alone:
        """Once more, now: the machine is as it is in this round."""
        sign = _cpu_ms(lambda: self._gateway.private.sign(self._query.signed))
        verify = _cpu_ms(lambda: self._court.public.verify(self._answer.signature, self._answer.signed))
        token = _cpu_ms(lambda: jwt.decode(self._token, self._token_key, algorithms=ALGORITHMS))
        return Alone(self._courts * (sign + verify), token)

    def _signed_query(self) -> Statement:
        now = wall_now()
        query = ClearQuery(
            id=uuid4(),
            to="浙0824",
            contract=CONTRACT,
            field=canned_parts.FIELD,
            arguments={},
            selection=f"{{ ... on CrossBorderMatrix {{ {canned_parts.SELECTION} }} }}",
            language="zh",
            issued=now,
            expires=now + FRESH,
        )
        return content.parse_query(content.write_query(query, directory=1, signer=self._gateway))[0]

    def _signed_answer(self, part: bytes) -> Statement:
        answer = Answer(
            status=Status.ANSWERED, rows=canned_parts.ROWS, as_of=canned_parts.AS_OF, data=msgspec.Raw(part)
        )
        asked, digest = uuid4(), statement.digest(self._query.raw)
        raw = content.write_answer(
            Told(answer), re=asked, re_digest=digest, author="浙0824", directory=1, signer=self._court
        )
        return content.parse_answer(raw, re=asked, re_digest=digest, author="浙0824")[0]


def _cpu_ms(act: Callable[[], object]) -> float:
    began_s, times = process_time(), 0
    while process_time() - began_s < _SECONDS:
        for _ in range(50):
            act()
        times += 50
    return (process_time() - began_s) / times * 1000
