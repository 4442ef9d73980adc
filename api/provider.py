"""The demo's identity provider: OpenID Connect, one issuer per court at /<division>, one for the gateway at /gateway.

Real in every exchanged byte (discovery, JWKS, authorization code with PKCE S256, state, nonce, signed tokens), except
that choosing an officer takes no password; therefore it listens on loopback only and returns to loopback only.
Source: OpenID Connect Core 1.0; OpenID Connect RP-Initiated Logout 1.0; RFC 7636 (PKCE); RFC 8707 (`resource`);
RFC 9068 (access tokens); RFC 9207 (`iss` in the answer).
"""

from collections.abc import Collection
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
import uvloop
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api import logs, peers, provider_keys, provider_page, provider_people, transport
from api.cors import cors
from api.graphql.language import language_of
from api.health import READY, health_routes
from api.provider_codes import (
    CLIENT_ID,
    Authorization,
    Codes,
    Grant,
    WrongRequest,
    check_authorization,
    may_return,
    return_to,
)
from api.provider_metadata import metadata
from api.provider_people import Issuer
from api.provider_sessions import Sessions
from api.request_log import RequestLog
from api.settings import ProviderSettings
from api.tokens import ALGORITHM, mint, mint_identity

_MOST_BYTES: Final = 16 * 1024
_AGES_S: Final = 10**9  # a hint to sign out is good after its token is over (RP-Initiated Logout §2)


class Provider:
    """All issuers of the process."""

    def __init__(self, settings: ProviderSettings) -> None:
        if not peers.is_loopback(settings.host):
            raise peers.UnsafeTransport("the demo's identity provider listens on loopback only")
        self.settings = settings
        self.people = provider_people.read(settings.people_file)
        paths = [issuer.path for issuer in self.people.issuers]
        self.keys = provider_keys.read_or_make(settings.signing_keys_file, paths)
        self.codes = Codes()
        self.sessions = Sessions(self.settings.token_ttl_s)

    def url(self, issuer: Issuer) -> str:
        """The issuer identifier."""
        return f"{self.settings.url}/{issuer.path}"

    def routes(self) -> list[Route]:
        return [
            *health_routes(lambda: READY),
            Route("/", self.index),
            Route("/{path}/.well-known/openid-configuration", self.discovery),
            Route("/{path}/jwks", self.jwks),
            Route("/{path}/authorize", self.authorize, methods=["GET"]),
            Route("/{path}/authorize", self.choose, methods=["POST"]),
            Route("/{path}/token", self.token, methods=["POST"]),
            Route("/{path}/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/{path}/end", self.end, methods=["GET"]),
        ]

    async def index(self, request: Request) -> Response:
        return provider_page.index(self.people.issuers, self.settings.url, _language(request))

    async def discovery(self, request: Request) -> Response:
        if (issuer := self._issuer(request)) is None:
            return _json({"error": "not_found"}, 404)
        return _json(metadata(self.url(issuer)))

    async def jwks(self, request: Request) -> Response:
        if (issuer := self._issuer(request)) is None:
            return _json({"error": "not_found"}, 404)
        return _json({"keys": [self._key(issuer).as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """The page on which an officer is chosen."""
        asked = self._asked(request)
        if isinstance(asked, Response):
            return asked
        issuer, what = asked
        return provider_page.choose(
            issuer,
            action=f"{self.url(issuer)}/authorize?{request.url.query}",
            cancel=return_to(what, error="access_denied", iss=self.url(issuer)),
            lang=_language(request),
            form_targets=" ".join(self.settings.redirect_origins),
        )

    async def choose(self, request: Request) -> Response:
        """The click on that page."""
        asked = self._asked(request)
        if isinstance(asked, Response):
            return asked
        issuer, what = asked
        officer = issuer.officer((await _form(request)).get("officer", ""))
        if officer is None or request.headers.get("origin", self.settings.url) != self.settings.url:
            return provider_page.problem("没有这个人员。", "There is no such officer.", _language(request))
        answer = self._granted(issuer, what, officer.id)
        self.sessions.begin(answer, issuer, officer.id)
        return answer

    def _asked(self, request: Request) -> tuple[Issuer, Authorization] | Response:
        """The authorization request that a page is shown for, or the answer to one that is not."""
        issuer, language = self._issuer(request), _language(request)
        if issuer is None:
            return provider_page.problem("没有这个签发方。", "There is no such issuer.", language)
        try:
            asked = check_authorization(request.query_params, self.settings.redirect_origins, issuer.resources)
        except WrongRequest as wrong:
            if wrong.back is None:
                return provider_page.problem("登录请求不正确。", "The sign-in request is not valid.", language)
            return RedirectResponse(return_to(wrong.back, error=wrong.error, iss=self.url(issuer)), 303)
        if asked.is_silent:
            return self._silently(issuer, asked, self.sessions.holder(request, issuer))
        return issuer, asked

    def _silently(self, issuer: Issuer, asked: Authorization, holder: str | None) -> Response:
        """A code for whoever has signed in at this issuer before, in this browser (OpenID Connect Core §3.1.2.1)."""
        if holder is None:
            return RedirectResponse(return_to(asked, error="login_required", iss=self.url(issuer)), 303)
        return self._granted(issuer, asked, holder)

    def _granted(self, issuer: Issuer, asked: Authorization, officer: str) -> RedirectResponse:
        code = self.codes.issue(Grant(issuer.path, officer, asked))
        return RedirectResponse(return_to(asked, code=code, iss=self.url(issuer)), 303)

    async def token(self, request: Request) -> Response:
        issuer = self._issuer(request)
        form = await _form(request)
        if form.get("grant_type") != "authorization_code":
            return _json({"error": "unsupported_grant_type"}, 400)
        grant = self.codes.redeem(form)
        officer = None if issuer is None or grant is None else issuer.officer(grant.officer_id)
        if issuer is None or grant is None or officer is None or grant.issuer_path != issuer.path:
            return _json({"error": "invalid_grant"}, 400)
        if form.get("resource", grant.asked.resource) != grant.asked.resource:
            return _json({"error": "invalid_target"}, 400)
        key, base, ttl_s = self._key(issuer), self.url(issuer), self.settings.token_ttl_s
        about = {"name": officer.name, "roles": officer.roles, "nonce": grant.asked.nonce}
        return _json(
            {
                "access_token": mint(key, base, grant.asked.resource, officer.id, ttl_s),
                "id_token": mint_identity(key, base, grant.asked.client_id, officer.id, ttl_s, **about),
                "token_type": "Bearer",
                "expires_in": ttl_s,
                "scope": "openid profile",
            }
        )

    async def userinfo(self, request: Request) -> Response:
        issuer = self._issuer(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        officer = None if issuer is None or scheme.lower() != "bearer" else self._holder(issuer, token)
        if officer is None:
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        return _json({"sub": officer.id, "name": officer.name, "roles": officer.roles})

    async def end(self, request: Request) -> Response:
        """Sign out: the browser's session here ends, if the page can show whose it was."""
        issuer, back = self._issuer(request), request.query_params.get("post_logout_redirect_uri", "")
        hint = request.query_params.get("id_token_hint", "")
        officer = None if issuer is None else self._said(issuer, hint, [CLIENT_ID], _AGES_S)
        if issuer is None or officer is None or not may_return(back, self.settings.redirect_origins):
            return provider_page.problem("退出请求不正确。", "The sign-out request is not valid.", _language(request))
        answer = RedirectResponse(back, 303)
        if self.sessions.holder(request, issuer) == officer.id:
            self.sessions.end(request, answer, issuer)
        return answer

    def _holder(self, issuer: Issuer, token: str) -> provider_people.Officer | None:
        return self._said(issuer, token, issuer.resources)

    def _said(
        self, issuer: Issuer, token: str, audiences: Collection[str], leeway_s: int = 0
    ) -> provider_people.Officer | None:
        """Whom a token of ours for one of `audiences` is about."""
        registry = jwt.JWTClaimsRegistry(
            leeway=leeway_s,
            iss={"essential": True, "value": self.url(issuer)},
            aud={"essential": True},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, self._key(issuer), algorithms=[ALGORITHM]).claims
            registry.validate(claims)
        except (JoseError, ValueError):
            return None
        return issuer.officer(str(claims.get("sub"))) if claims["aud"] in audiences else None

    def _issuer(self, request: Request) -> Issuer | None:
        return self.people.issuer(request.path_params["path"])

    def _key(self, issuer: Issuer) -> RSAKey:
        return self.keys[issuer.path]


def serve(settings: ProviderSettings) -> None:
    """Run until SIGTERM."""
    logs.configure("provider", level=settings.log_level)
    uvloop.run(transport.server(create_app(settings), settings).serve())


def create_app(settings: ProviderSettings) -> RequestLog:
    """The provider's ASGI application.

    Raises:
        UnsafeTransport: it would listen elsewhere than on loopback.
    """
    middleware = [
        Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"]),
        cors(settings.redirect_origins),
    ]
    return RequestLog(Starlette(routes=Provider(settings).routes(), middleware=middleware))


def _language(request: Request) -> str:
    locales = request.query_params.get("ui_locales", "")[:2]
    return locales if locales in {"zh", "en"} else language_of(request.headers.get("accept-language"))


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=40)
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, {"cache-control": "no-store"}, "application/json")
