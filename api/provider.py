"""The demo's identity provider: OpenID Connect, one issuer per court at /<division>, one for the gateway at /gateway.

Real in every exchanged byte (discovery, JWKS, authorization code with PKCE S256, state, nonce, signed tokens), except
that choosing an officer takes no password; therefore it listens on loopback only and returns to loopback only.
Source: OpenID Connect Core 1.0; RFC 7636 (PKCE); RFC 9068 (access tokens); RFC 9207 (`iss` in the answer).
"""

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

from api import logs, provider_keys, provider_page, provider_people, transport
from api.cors import cors
from api.graphql.language import language_of
from api.health import health_routes, key_loaded
from api.provider_codes import Codes, Grant, WrongRequest, check_authorization, return_to
from api.provider_people import Issuer
from api.request_log import RequestLog
from api.settings import ProviderSettings
from api.tokens import ALGORITHM, mint, mint_identity

AUDIENCE: Final = "xiezhi"
_MOST_BYTES: Final = 16 * 1024


class Provider:
    """All issuers of the process."""

    def __init__(self, settings: ProviderSettings) -> None:
        if not transport.is_loopback(settings.host):
            raise transport.UnsafeTransport("the demo's identity provider listens on loopback only")
        self.settings = settings
        self.people = provider_people.read(settings.people_file)
        paths = [issuer.path for issuer in self.people.issuers]
        self.keys = provider_keys.read_or_make(settings.signing_keys_file, paths)
        self.codes = Codes()

    def url(self, issuer: Issuer) -> str:
        """The issuer identifier."""
        return f"{self.settings.url}/{issuer.path}"

    def routes(self) -> list[Route]:
        return [
            *health_routes({"keys": key_loaded(self.keys)}),
            Route("/", self.index),
            Route("/{path}/.well-known/openid-configuration", self.discovery),
            Route("/{path}/jwks", self.jwks),
            Route("/{path}/authorize", self.authorize, methods=["GET", "POST"]),
            Route("/{path}/token", self.token, methods=["POST"]),
            Route("/{path}/userinfo", self.userinfo, methods=["GET", "POST"]),
        ]

    async def index(self, request: Request) -> Response:
        return provider_page.index(self.people.issuers, self.settings.url, _language(request))

    async def discovery(self, request: Request) -> Response:
        if (issuer := self._issuer(request)) is None:
            return _json({"error": "not_found"}, 404)
        base = self.url(issuer)
        return _json(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/jwks",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "token_endpoint_auth_methods_supported": ["none"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "profile"],
                "claims_supported": ["iss", "aud", "sub", "iat", "exp", "nonce", "name", "roles"],
                "authorization_response_iss_parameter_supported": True,
                "ui_locales_supported": ["zh-CN", "en"],
            }
        )

    async def jwks(self, request: Request) -> Response:
        if (issuer := self._issuer(request)) is None:
            return _json({"error": "not_found"}, 404)
        return _json({"keys": [self._key(issuer).as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        issuer = self._issuer(request)
        language = _language(request)
        try:
            asked = check_authorization(request.query_params, self.settings.redirect_origins)
        except WrongRequest as wrong:
            if wrong.back is None or issuer is None:
                return provider_page.problem("登录请求不正确。", "The sign-in request is not valid.", language)
            return RedirectResponse(return_to(wrong.back, error=wrong.error, iss=self.url(issuer)), 303)
        if issuer is None:
            return provider_page.problem("没有这个签发方。", "There is no such issuer.", language)
        if request.method == "GET":
            return provider_page.choose(
                issuer,
                action=f"{self.url(issuer)}/authorize?{request.url.query}",
                cancel=return_to(asked, error="access_denied", iss=self.url(issuer)),
                lang=language,
                form_targets=" ".join(self.settings.redirect_origins),
            )
        form = await _form(request)
        officer = issuer.officer(form.get("officer", ""))
        if officer is None or request.headers.get("origin", self.settings.url) != self.settings.url:
            return provider_page.problem("没有这个人员。", "There is no such officer.", language)
        code = self.codes.issue(Grant(issuer.path, officer.id, asked))
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
        key, base, ttl_s = self._key(issuer), self.url(issuer), self.settings.token_ttl_s
        about = {"name": officer.name, "roles": officer.roles, "nonce": grant.asked.nonce}
        return _json(
            {
                "access_token": mint(key, base, AUDIENCE, officer.id, ttl_s),
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

    def _holder(self, issuer: Issuer, token: str) -> provider_people.Officer | None:
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.url(issuer)},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, self._key(issuer), algorithms=[ALGORITHM]).claims
            registry.validate(claims)
        except (JoseError, ValueError):
            return None
        return issuer.officer(str(claims.get("sub")))

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
