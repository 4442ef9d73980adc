"""What `xiezhi zone` says, Chinese and English: above all, what exactly a founding court signs."""

from collections.abc import Mapping
from typing import Final

from api.founding.entries import FoundingCourt
from api.founding.table import Table
from api.membership.words import plain
from enforcement.desk.membership.bundles import fingerprint_of
from enforcement.rules import fingerprint

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "zone": ("协作区：{name}，网关 {url}", "the zone: {name}, gateway {url}"),
    "court": ("  {code} {name}，{division}，节点 {url}", "  {code} {name}, {division}, node {url}"),
    "supervising": ("  {code} {name}，{division}，仅监督", "  {code} {name}, {division}, only supervises"),
    "words": ("    密钥指纹：{words}", "    keys in words: {words}"),
    "threshold": (
        "此后每项决定须由 {courts} 个法院中的 {needed} 个签署",
        "{needed} of {courts} courts decide from then on",
    ),
    "from": ("自 {at} 起生效，{until} 前须续期", "from {at} on; to be renewed before {until}"),
    "agreement": (
        "框架协议：{sections} | {purposes} | {matters} | 每小时 {looks} 次 | {start} 至 {end}",
        "framework agreement: {sections} | {purposes} | {matters} | {looks} an hour | {start} to {end}",
    ),
    "root": ("根文件指纹：{root}", "fingerprint of the root: {root}"),
    "sure": ("以本院治理密钥签署以上全部内容？", "Sign all of this with this court's governance key?"),
    "passphrase": ("治理密钥口令", "Passphrase of the governance key"),
    "written": ("已写入 {file}。", "Written: {file}."),
    "entered": (
        "已写入 {file}。请与其他法院电话核对：",
        "Written: {file}. Compare over the telephone with the other courts:",
    ),
    "missing": (
        "尚缺 {count} 个法院见证（xiezhi zone witness）。",
        "{count} courts have yet to witness it (xiezhi zone witness).",
    ),
    "open": (
        "名录已写入 {file}；请在 24 小时内启动网关和节点。",
        "The directory is in {file}; start the gateway and the nodes within 24 hours.",
    ),
    "not signed": ("未签署。", "Nothing was signed."),
    "plan": ("{who} 缺失或格式有误（docs/operations.md）。", "{who} is missing or malformed (docs/operations.md)."),
    "entry": ("{who} 不是为此方案签署的有效申报。", "{who} is no valid entry for this plan."),
    "contradiction": ("方案或申报自相矛盾：{who}。", "Plan or entries contradict themselves: {who}."),
    "no entry": ("{who} 没有申报。", "{who} has no entry."),
    "courts": ("没有法院申报，或同一法院申报两次。", "No court has entered, or one has entered twice."),
    "keys": ("两个法院申报了同一密钥。", "Two courts entered the same key."),
    "no vote": (
        "该密钥不是 {who} 申报的密钥，或该法院没有节点。",
        "The key is none that {who} entered, or {who} has no node.",
    ),
    "signatures": ("{who} 尚未签署这些文件。", "{who} has not signed these documents."),
    "gateway key": ("密钥文件不是方案所列网关密钥。", "The key file is not that of the plan's gateway."),
    "directory": ("名录不成立或尚未提出（{who}）。", "The directory does not hold, or none is offered ({who})."),
    "facts": ("法院信息文件缺失或格式有误。", "The file of facts is missing or malformed."),
    "folder": ("文件无法读写。", "A file cannot be read or written."),
}


def text(name: str, language: str, /, **values: object) -> str:
    """The words of that name."""
    zh, en = _TEXTS[name]
    return (zh if language == "zh" else en).format(**{each: plain(value) for each, value in values.items()})


def of_keys(court: FoundingCourt, language: str) -> str:
    """The fingerprint of the court's keys in words."""
    return fingerprint.words(fingerprint_of(court.member, court.court.document), language)


def of_table(at: Table, language: str) -> list[str]:
    """What a founding court signs, line by line."""
    plan, root = at.planned.plan, at.founding.root
    zone = plan.zone.name_zh if language == "zh" else plan.zone.name_en
    lines = [text("zone", language, name=zone, url=plan.gateway.url)]
    for court in at.courts:
        lines += _court(court, language)
    terms = plan.agreement
    return [
        *lines,
        text("threshold", language, courts=len(root.voters), needed=root.threshold),
        text("from", language, at=plan.effective_at.isoformat(), until=plan.decided_until.isoformat()),
        text(
            "agreement",
            language,
            sections=" ".join(terms.sections),
            purposes=" ".join(terms.purposes),
            matters=" ".join(terms.matters),
            looks=terms.looks_per_hour,
            start=terms.valid_from,
            end=terms.valid_until,
        ),
        text("root", language, root=at.founding.fingerprint),
    ]


def _court(court: FoundingCourt, language: str) -> list[str]:
    member = court.member
    line = text(
        "court" if court.has_node else "supervising",
        language,
        code=member.code,
        name=member.name_zh if language == "zh" else member.name_en,
        division=member.division,
        url=court.court.document.url,
    )
    return [line, text("words", language, words=of_keys(court, language))]
