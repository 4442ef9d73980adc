"""`/`: whose process this is, its state, the ways in."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from api import examples
from api.brand import ICON, MARK
from api.page import Markup, asset, both, data, each, fill, respond, template
from api.page_facts import STATES, Fact, Member, PageFacts, origins

_KINDS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "node": (
        "法院节点",
        "Court node",
        "本院执行人员和业务系统只用这一个地址：查询其他法院的被执行人财产线索，发出和办理委托事项。",
        "The one address for this court's officers and systems: look debtors up at other courts, delegate tasks, act.",
    ),
    "gateway": (
        "协作区网关",
        "Zone gateway",
        "网关只传递、不阅读：凡涉及个人的内容一律加密，只有收件法院能解开。各院在此查看委托去向、办理进度和逾期情况。",
        (
            "The gateway carries and does not read: what concerns a person is encrypted to the court that may read it. "
            "Here courts see whom to delegate to, where each task stands and who is late."
        ),
    ),
}
_CARD: Final = '<section class="card$wide"><h2>$title</h2>$body</section>'


def home_page(facts: PageFacts, lang: str, client_id: str) -> Response:
    """The page of one process."""
    kind_zh, kind_en, lead_zh, lead_en = _KINDS[facts.program]
    left = fill('<div class="stackup">$cards</div>', cards=each([_sign_in_card(facts), _facts_card(facts)]))
    cards = [left, _links_card(facts)]
    page = fill(
        template("home"),
        lang=lang,
        title_zh=f"{facts.name_zh} · 獬豸",
        title_en=f"{facts.name_en} · Xiezhi",
        icon=ICON,
        css=asset("xiezhi.css"),
        mark=MARK,
        kind=both(kind_zh, kind_en),
        name=both(facts.name_zh, facts.name_en),
        lead=both(lead_zh, lead_en),
        note=_demo_note() if facts.demo else Markup(""),
        cards=each([*cards, _members_card(facts)] if facts.members else cards),
        footer=both("獬豸 · 跨省协助执行", "Xiezhi · assistance in enforcement across provinces"),
        config=data({"clientId": client_id, "door": facts.door}),
        script=each([asset("language.js"), asset("sign-in.js"), asset("home.js")]),
    )
    return respond(page, policy={"connect-src": f"'self' {origins(choice.issuer for choice in facts.sign_ins)}"})


def _demo_note() -> Markup:
    text = both(
        "演示环境：人员、案件、财产均为虚构，登记机构为模拟程序。",
        "A demonstration: every person, case and asset here is invented, and the registries are simulators.",
    )
    return fill('<p class="note">$text</p>', text=text)


def _card(title: Markup, body: Markup, *, wide: bool = False) -> Markup:
    return fill(_CARD, title=title, body=body, wide=" wide" if wide else "")


def _sign_in_card(facts: PageFacts) -> Markup:
    text = both(
        "在本院的身份提供方登录（OpenID Connect）。" if facts.program == "node" else "在各自法院的身份提供方登录。",
        "At the court's own identity provider (OpenID Connect)."
        if facts.program == "node"
        else "At your own court's identity provider.",
    )
    if len(facts.sign_ins) == 1:
        choice = facts.sign_ins[0]
        choices = fill(
            '<button class="button" type="button" data-issuer="$issuer">$label</button>',
            issuer=choice.issuer,
            label=both("选择身份登录", "Sign in as …") if facts.demo else both("登录", "Sign in"),
        )
    else:
        items = [
            fill(
                '<li><button type="button" data-issuer="$issuer">$name</button></li>',
                issuer=choice.issuer,
                name=both(choice.name_zh, choice.name_en),
            )
            for choice in facts.sign_ins
        ]
        choices = fill('<ul class="choices">$items</ul>', items=each(items))
    return _card(both("登录", "Sign in"), fill("<p>$text</p>$choices", text=text, choices=choices))


def _links_card(facts: PageFacts) -> Markup:
    links = [("/graphiql", "GraphiQL（查询工作台）", "GraphiQL, the query desk")]
    links += [
        (f"/graphiql?example={example.name}", f"示例：{example.title_zh}", f"Example: {example.title_en}")
        for example in examples.of(facts.program)
    ]
    if facts.supergraph:
        links.append(("/supergraph.graphql", "协作区接口定义（Supergraph SDL）", "The zone's supergraph (SDL)"))
    links.append(("/schema.graphql", "本程序接口定义（SDL）", "This program's own schema (SDL)"))
    links.append(("/readyz", "就绪检查", "Readiness check"))
    items = [fill('<li><a href="$href">$label</a></li>', href=href, label=both(zh, en)) for href, zh, en in links]
    return _card(both("入口", "Ways in"), fill('<ul class="links">$items</ul>', items=each(items)))


def _facts_card(facts: PageFacts) -> Markup:
    rows = [
        fill("<dt>$label</dt><dd>$value</dd>", label=both(fact.label_zh, fact.label_en), value=_value(fact))
        for fact in facts.facts
    ]
    return _card(both("概况", "About"), fill("<dl>$rows</dl>", rows=each(rows)))


def _value(fact: Fact) -> Markup:
    if fact.href:
        return fill('<a href="$href">$value</a>', href=fact.href, value=fact.value)
    return both(fact.value_zh, fact.value) if fact.value_zh else fill("$value", value=fact.value)


def _members_card(facts: PageFacts) -> Markup:
    rows = [_member(member) for member in facts.members]
    heads = (("法院", "Court"), ("代字", "Code"), ("县市", "County"), ("状态", "State"), ("节点", "Node"))
    head = each(fill("<th>$head</th>", head=both(*texts)) for texts in heads)
    table = fill(
        '<div class="scroll"><table class="stack"><thead><tr>$head</tr></thead><tbody>$rows</tbody></table></div>',
        head=head,
        rows=each(rows),
    )
    return _card(both("成员法院", "Member courts"), table, wide=True)


def _member(member: Member) -> Markup:
    return fill(
        '<tr><td>$name</td><td class="tight">$code</td><td class="tight">$county</td><td class="tight">$state</td>'
        '<td class="tight">$node</td></tr>',
        name=both(member.name_zh, member.name_en),
        code=member.code,
        county=both(member.county_zh, member.county_en),
        state=both(*STATES.get(member.state, (member.state, member.state))),
        node=fill('<a href="$url">$place</a>', url=member.url, place=urlsplit(member.url).netloc) if member.url else "",
    )
