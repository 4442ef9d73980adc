"""`/graphiql`: the query desk, self-hosted, signed in as an officer, with ready tabs; `/signed-in` helps it."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from api import examples
from api.brand import ICON, MARK
from api.examples import Example
from api.page import asset, data, fill, respond, template
from api.page_facts import PageFacts, origins


def graphiql_page(facts: PageFacts, lang: str, client_id: str, *, host: str, other_origins: Sequence[str]) -> Response:
    """The page; it may talk to this `host`, the members' doors, the providers and `other_origins`."""
    with_a_node = [member for member in facts.members if member.url]
    config = {
        "clientId": client_id,
        "program": facts.program,
        "door": facts.door,
        "demo": facts.demo,
        "name": {"zh": facts.name_zh, "en": facts.name_en},
        "issuers": [
            {"issuer": choice.issuer, "name": {"zh": choice.name_zh, "en": choice.name_en}} for choice in facts.sign_ins
        ],
        "courts": [{"name": {"zh": m.name_zh, "en": m.name_en}, "url": m.url, "code": m.code} for m in with_a_node],
        "supergraph": facts.supergraph,
        "examples": [_example(example) for example in examples.of(facts.program)],
    }
    page = fill(template("graphiql"), lang=lang, icon=ICON, mark=MARK, config=data(config))
    doors = origins([member.url for member in with_a_node] + list(other_origins))
    providers = origins(choice.issuer for choice in facts.sign_ins)
    sockets = f"ws://{host} wss://{host} {doors.replace('http', 'ws')}"
    policy = {
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",  # the editor positions its lines with inline styles
        "font-src": "data:",
        "img-src": "'self' data:",
        "connect-src": f"'self' {sockets} {doors} {providers}",
        "frame-src": f"'self' {providers}",  # a sign-in that shows nothing
        "form-action": "'none'",
    }
    return respond(page, policy=policy, inline=False)


def signed_in_page() -> Response:
    """What a provider sends a frame or a window of the query desk back to; it shows nothing."""
    page = fill(template("signed-in"), icon=ICON, script=asset("signed-in.js"))
    return respond(page, policy={"frame-ancestors": "'self'"})


def _example(example: Example) -> dict[str, Any]:
    return {
        "name": example.name,
        "title": {"zh": example.title_zh, "en": example.title_en},
        "hint": {"zh": example.hint_zh, "en": example.hint_en},
        "query": example.query,
        "variables": example.variables,
    }
