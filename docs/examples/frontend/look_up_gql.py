"""The first look-up with Python's gql: `pip install "gql[aiohttp]"`."""

from typing import Any

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport


async def look_up(node: str, token: str, document: str, variables: dict[str, Any], language: str = "zh") -> Any:
    """The value of `debtorProfile`; raises TransportQueryError for errors."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    request = gql(document)
    request.variable_values = variables
    async with Client(transport=AIOHTTPTransport(url=f"{node}/graphql", headers=headers)) as session:
        answer = await session.execute(request)
    return answer["debtorProfile"]
