"""What the commands of membership say, Chinese and English: above all, what exactly is signed.

Invariant: everything named here was taken from documents that the court's own machine verified, not from the gateway.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from db.clock import SHANGHAI
from enforcement.desk.membership.bundles import fingerprint_of
from enforcement.desk.membership.drafts import Claim, Draft
from enforcement.desk.membership.standing import Standing
from enforcement.rules import fingerprint
from enforcement.rules.membership import ProposalKind
from federation.directory.document import OfficerEntry
from federation.directory.documents import AgreementDocument, CourtDocument, RootDocument, agreement_name

_KINDS: Final[Mapping[ProposalKind, tuple[str, str]]] = {
    ProposalKind.ADMIT: ("接纳 {court} 为成员法院", "{court} becomes a member"),
    ProposalKind.CONFIRM_SUSPENSION: ("暂停 {court} 的成员资格", "{court} is suspended"),
    ProposalKind.REINSTATE: ("恢复 {court} 的成员资格", "{court} takes part again"),
    ProposalKind.WITHDRAW: ("{court} 退出协作区", "{court} begins to leave"),
    ProposalKind.FINISH_WITHDRAWAL: ("{court} 完成退出", "{court} has left"),
    ProposalKind.DECLARE_LOST: ("宣告 {court} 失联", "{court} is declared lost: what it holds may be taken over"),
    ProposalKind.RENEW: ("成员名录续期，内容不变", "the list of members is renewed; nothing in it changes"),
    ProposalKind.ZONE_AGREEMENT: ("框架协议的新版本", "a new version of the framework agreement"),
    ProposalKind.PAIR_AGREEMENT: ("{court} 与 {other} 的协议", "an agreement of {court} and {other}"),
}
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "effective": ("自 {at} 起生效", "from {at} on"),
    "voters": ("有表决权的法院：{before} → {after}", "courts that decide: {before} -> {after}"),
    "joins": ("  新增：{courts}", "  new: {courts}"),
    "leaves": ("  不再：{courts}", "  no more: {courts}"),
    "threshold": ("所需签署数：{before} → {after}", "signatures needed: {before} -> {after}"),
    "expires": ("根文件与成员名录 {at} 到期", "root and members expire at {at}"),
    "particulars": ("申请法院：{who}，{division}，节点 {url}", "applicant: {who}, {division}, node {url}"),
    "fingerprint": ("密钥指纹（请与对方电话核对）：{words}", "keys in words (compare by telephone): {words}"),
    "term": ("{term}：{before} → {after}", "{term}: {before} -> {after}"),
    "documents": ("签署文件：{names}", "documents signed: {names}"),
    "proposed": ("提案编号 {number}", "proposal {number}"),
    "sure": ("以本院治理密钥签署以上全部文件？", "Sign all of this with this court's governance key?"),
    "passphrase": ("治理密钥口令", "Passphrase of the governance key"),
    "signed": ("已签署。状态 {state}，尚缺 {missing} 个签署。", "Signed. State {state}; {missing} signatures missing."),
    "written": (
        "签名已写入 {file}；请在联网的机器上送交。",
        "Signatures are in {file}; hand them in by `send`.",
    ),
    "kept": ("提案已写入 {file}。", "The proposal is in {file}."),
    "not signed": ("未签署。", "Nothing was signed."),
    "does not follow": (
        "提案中的文件与本院信任的名录不符，不得签署。",
        "The documents do not follow from the directory that this court trusts: do not sign.",
    ),
    "untrusted": ("成员名录无法核验（{code}）。", "The directory cannot be verified ({code})."),
    "unreachable": ("无法联系网关。", "The gateway cannot be reached."),
    "unsafe": ("只允许通过 HTTPS 联系外部网关。", "A gateway outside this machine is called over HTTPS only."),
    "no proposal": ("文件不是提案。", "The file is no proposal."),
    "facts": (
        "法院信息文件缺失或格式有误（docs/membership.md）。",
        "The file of facts is malformed (docs/membership.md).",
    ),
    "no vote": ("该治理密钥无权签署此提案。", "This governance key has no part in the decision."),
    "not a member": ("本院不在名录中。", "This court is not in the directory."),
    "applied": ("申请已送交，状态 {status}。", "The application is with the gateway; its state is {status}."),
    "same": ("与此前送交的申请相同，状态 {status}。", "The same application as before; its state is {status}."),
    "call": (
        "请致电网关管理员，逐词核对以下指纹：",
        "Call the gateway's admins and compare these words with them:",
    ),
    "next": (
        "接下来：启动节点，等待一致性检测、两位管理员批准及各成员法院签署。identity.key 请离线保存。",
        "Next: run the node; it is examined, two admins approve, the courts sign. Keep identity.key off-line.",
    ),
    "left": (
        "退出申请已送交，状态 {status}。待其他法院签署；未办结事项见 membership 的 openTasks。",
        "The gateway has it; state {status}. The other courts sign; openTasks of membership tells what has to run off.",
    ),
    "changed": ("本院文件已更新为第 {version} 版。", "This court's document is now version {version}."),
    "url": ("本院地址：{before} → {after}", "this court's address: {before} -> {after}"),
    "issuer": ("登录服务：{before} → {after}", "the court's provider: {before} -> {after}"),
    "officer": ("  人员 {who}：{before} → {after}", "  officer {who}: {before} -> {after}"),
    "liaison": ("联络员：{before} → {after}", "liaison: {before} -> {after}"),
}


def text(name: str, language: str, **values: object) -> str:
    """The words of that name."""
    zh, en = _TEXTS[name]
    return (zh if language == "zh" else en).format(**{each: plain(value) for each, value in values.items()})


def plain(value: object) -> str:
    """The value as it may stand on a terminal: what would move the cursor, hide or turn around text is shown as �."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(value))


def of_claim(claim: Claim, drafts: Iterable[Draft], standing: Standing, language: str) -> list[str]:
    """What is signed, line by line: the decision, who decides from then on, the applicant's keys, changed terms."""
    drafts = tuple(drafts)
    other = None if claim.agreement is None else claim.agreement.asked
    zh, en = _KINDS[claim.kind]
    lines = [(zh if language == "zh" else en).format(court=plain(claim.court), other=plain(other))]
    if claim.agreement is None:
        at = claim.effective_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        lines.append(text("effective", language, at=at))
    else:
        lines += _terms(claim.agreement, standing, language)
    lines += _applicant(claim, language)
    for draft in drafts:
        if isinstance(draft.document, RootDocument):
            lines += _voters(standing.root, draft.document, language)
    names = ", ".join(f"{draft.name} {draft.version}" for draft in drafts)
    return [*lines, text("documents", language, names=names)]


def _voters(before: RootDocument, after: RootDocument, language: str) -> list[str]:
    old, new = ([voter.court for voter in root.voters] for root in (before, after))
    until = after.expires_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    lines = [text("expires", language, at=until), text("voters", language, before=len(old), after=len(new))]
    for name, courts in (
        ("joins", [court for court in new if court not in old]),
        ("leaves", [court for court in old if court not in new]),
    ):
        if courts:
            lines.append(text(name, language, courts=", ".join(courts)))
    return [*lines, text("threshold", language, before=before.threshold, after=after.threshold)]


def _applicant(claim: Claim, language: str) -> list[str]:
    if claim.application is None:
        return []
    member, court = claim.application.member, claim.application.court
    name = member.name_zh if language == "zh" else member.name_en
    words = fingerprint_of(member, court)
    return [
        text("particulars", language, who=name, division=member.division, url=court.url),
        text("fingerprint", language, words=fingerprint.words(words, language)),
    ]


def _terms(after: AgreementDocument, standing: Standing, language: str) -> list[str]:
    """Each term with what it was; a term that is new was nothing."""
    before = standing.agreements.get(agreement_name(after.asking, after.asked))
    lines = []
    for name in ("sections", "purposes", "matters", "looks_per_hour", "valid_from", "valid_until"):
        old = "-" if before is None else _shown(getattr(before, name))
        lines.append(text("term", language, term=name, before=old, after=_shown(getattr(after, name))))
    return lines


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def of_change(before: CourtDocument, after: CourtDocument, language: str) -> list[str]:
    """What a court changes in its own document, line by line; none when nothing is."""
    lines = [
        text(name, language, before=getattr(before, name), after=getattr(after, name))
        for name in ("url", "issuer")
        if getattr(before, name) != getattr(after, name)
    ]
    old, new = ({each.id: _office(each) for each in document.officers} for document in (before, after))
    lines += [
        text("officer", language, who=who, before=old.get(who, "-"), after=new.get(who, "-"))
        for who in sorted(old.keys() | new.keys())
        if old.get(who) != new.get(who)
    ]
    if before.liaison != after.liaison:
        duties = ["; ".join(f"{each.officer} {each.hours}" for each in one.liaison) or "-" for one in (before, after)]
        lines.append(text("liaison", language, before=duties[0], after=duties[1]))
    return lines


def _office(officer: OfficerEntry) -> str:
    """Roles, and from when until when."""
    term = f" {officer.valid_from or ''}..{officer.valid_until or ''}"
    return " ".join(officer.roles) + (term if officer.valid_from or officer.valid_until else "")
