"""The demo provider's pages: who signs in, chosen with one click."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import HTMLResponse

from api.brand import ICON, MARK
from api.page import Markup, asset, both, each, fill, respond, template
from api.provider_people import Issuer, Officer

ROLES: Final[Mapping[str, tuple[str, str]]] = {
    "HANDLER": ("承办人", "Handler"),
    "CLERK": ("书记员", "Clerk"),
    "BUREAU_CHIEF": ("执行局长", "Bureau chief"),
    "PRESIDENT": ("院长", "President"),
    "COMMAND_CENTRE": ("执行指挥中心", "Command centre"),
    "LIAISON_OFFICER": ("联络员", "Liaison officer"),
    "SUPERVISOR": ("上级法院监督", "Supervisor"),
    "AUDITOR": ("审计、检察", "Auditor"),
    "DEVELOPER": ("前端开发者", "Front-end developer"),
    "GATEWAY_ADMIN": ("网关管理员", "Gateway admin"),
}
_GROUP: Final = '<div class="people"><h2>$role</h2><ul class="choices">$people</ul></div>'
_PERSON: Final = '<li><button name="officer" value="$id"><b>$name</b><br><small class="mono">$id</small></button></li>'
_NOTE: Final = both(
    "演示用身份提供方：不校验口令，只在本机监听。名单均为虚构。",
    "A provider for demonstrations: it asks for no password and listens on this machine only. Nobody here is real.",
)


def choose(issuer: Issuer, *, action: str, cancel: str, lang: str, form_targets: str) -> HTMLResponse:
    """The page on which an officer of `issuer` is chosen; `action` is where the choice is posted."""
    groups = [
        fill(_GROUP, role=both(*ROLES[role]), people=each(_person(officer) for officer in people))
        for role, people in _by_role(issuer)
    ]
    body = fill(
        '<form method="post" action="$action"><div class="grid"><div class="card wide">$groups</div></div></form>'
        '<p class="below"><a href="$cancel">$label</a></p>',
        action=action,
        groups=each(groups),
        cancel=cancel,
        label=both("取消，返回", "Cancel and go back"),
    )
    lead = both("选择一个身份，一次点击即登录。", "Choose who you are: one click signs you in.")
    return _page(issuer, lead, body, lang, {"form-action": f"'self' {form_targets}"})


def index(issuers: list[Issuer], base: str, lang: str) -> HTMLResponse:
    """What this process is, and its issuers."""
    rows = [
        fill(
            '<tr><td>$name</td><td class="tight mono">$court</td>'
            '<td class="tight"><a href="$url/.well-known/openid-configuration">$label</a></td></tr>',
            name=both(issuer.name_zh, issuer.name_en),
            court=issuer.court,
            url=f"{base}/{issuer.path}",
            label=both("发现文档", "discovery document"),
        )
        for issuer in issuers
    ]
    body = fill(
        '<div class="grid"><section class="card wide"><h2>$title</h2>'
        '<table class="stack"><tbody>$rows</tbody></table></section></div>',
        title=both("签发方", "Issuers"),
        rows=each(rows),
    )
    name = Issuer("", "", "身份提供方", "Identity provider", [])
    lead = both(
        "每个法院一个签发方（OpenID Connect），人员在各自法院登录。",
        "One issuer per court (OpenID Connect): officers sign in at their own court.",
    )
    return _page(name, lead, body, lang, {})


def problem(zh: str, en: str, lang: str) -> HTMLResponse:
    """A request that cannot be answered by going back to where it came from."""
    nobody = Issuer("", "", "无法登录", "Cannot sign in", [])
    return _page(nobody, both(zh, en), Markup(""), lang, {}, status=400)


def _page(
    issuer: Issuer, lead: Markup, body: Markup, lang: str, policy: Mapping[str, str], status: int = 200
) -> HTMLResponse:
    page = fill(
        template("plain"),
        lang=lang,
        title_zh="登录",
        title_en="Sign in",
        icon=ICON,
        css=asset("xiezhi.css"),
        mark=MARK,
        kind=both("统一身份认证 · 演示", "Sign-in · demonstration"),
        name=both(issuer.name_zh, issuer.name_en),
        lead=lead,
        note=fill('<p class="note">$text</p>', text=_NOTE),
        body=body,
        script=asset("language.js"),
    )
    return respond(page, policy=policy, status=status)


def _by_role(issuer: Issuer) -> list[tuple[str, list[Officer]]]:
    """Officers under their first role, in the order of the table above."""
    groups: dict[str, list[Officer]] = {}
    for officer in issuer.officers:
        groups.setdefault(officer.roles[0], []).append(officer)
    return [(role, groups[role]) for role in ROLES if role in groups]


def _person(officer: Officer) -> Markup:
    return fill(_PERSON, id=officer.id, name=officer.name)
