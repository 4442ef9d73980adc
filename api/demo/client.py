"""The demo as its users see the product: GraphQL over HTTP with one officer's token, patient while one restarts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import aiohttp
import anyio

from db.clock import monotonic_s

MintToken: TypeAlias = Callable[[str, str, str], str]
"""A token for a door (its public URL), of an issuer ("330824", "gateway"), for one of its officers."""

_PATIENCE_S: Final = 60.0
_PAUSE_S: Final = 0.1
_REQUEST_TIMEOUT_S: Final = 15.0
RETRYABLE: Final = frozenset({"INTERNAL", "UNAVAILABLE"})


class Unanswered(Exception):
    """No answer within a minute."""


class Refused(Exception):
    """The answer was a problem or an error; `code` is the API's own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(slots=True)
class Client:
    """Asks any process as any officer; retries what got no answer, as every act allows by its key or version."""

    session: aiohttp.ClientSession
    token: MintToken
    language: str = "en"
    patience_s: float = _PATIENCE_S
    retried: int = field(default=0, init=False)

    async def data(
        self, url: str, tenant: str, officer: str, document: str, variables: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The `data` of the answer.

        Raises:
            Refused: the answer has errors.
            Unanswered: none came.
        """
        deadline = monotonic_s() + self.patience_s
        while True:
            body = await self._post(url, self.token(url, tenant, officer), document, variables or {})
            if body is not None:
                errors = body.get("errors")
                if not errors:
                    data: dict[str, Any] = body["data"]
                    return data
                code = errors[0].get("extensions", {}).get("code", "ERROR")
                if code not in RETRYABLE:
                    raise Refused(code, errors[0]["message"])
            if monotonic_s() > deadline:
                raise Unanswered(url)
            self.retried += 1
            await anyio.sleep(_PAUSE_S)

    async def _post(self, url: str, token: str, document: str, variables: dict[str, Any]) -> dict[str, Any] | None:
        """One request; None if the process is not there, or says that it cannot answer now."""
        headers = {"Accept-Language": self.language, "Accept": "application/graphql-response+json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        try:
            async with self.session.post(
                url + "/graphql",
                json={"query": document, "variables": variables},
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=_REQUEST_TIMEOUT_S),
            ) as response:
                if response.status in {502, 503, 504}:
                    return None
                answer: dict[str, Any] = await response.json(content_type=None)
                return answer
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def one(
        self, url: str, tenant: str, officer: str, document: str, variables: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The value of the document's only root field, which is an object and no problem.

        Raises:
            Refused: it is a Problem.
        """
        value: dict[str, Any] | None
        (value,) = (await self.data(url, tenant, officer, document, variables)).values()
        if value is None:
            raise Refused("NOT_FOUND", "")
        if "code" in value and "message" in value:
            raise Refused(value["code"], value["message"])
        return value
