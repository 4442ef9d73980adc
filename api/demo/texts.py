"""What the demo says, Chinese or English."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.demo.zone import Zone


def pick(language: str, zh: str, en: str) -> str:
    """One of the two."""
    return zh if language == "zh" else en


_WORDS: Final = {
    "DELEGATION_LETTER": ("委托函", "letter of delegation"),
    "OFFICER_CERTIFICATE": ("工作证和执行公务证", "officers' certificates"),
    "INVESTIGATION_NOTICE": ("协助查询通知书", "notice to assist the search"),
    "FOUND": ("查到", "found"),
    "NOTHING": ("未查到", "nothing found"),
    "EFFECTIVE": ("生效", "effective"),
    "WAITING": ("轮候", "waiting"),
    "DISPATCHED": ("发出", "dispatched"),
    "RECEIVED": ("待签收", "received"),
    "SIGNED_FOR": ("签收", "signed for"),
    "STARTED": ("办理", "started"),
    "STEP_RECORDED": ("办理步骤", "step"),
    "STATEMENT_SENT": ("附记", "said beside the log"),
    "FED_BACK": ("反馈", "fed back"),
    "COMPLETED": ("办结", "completed"),
}


def word(language: str, code: str) -> str:
    """An enum's value in words, as far as the story needs them."""
    return pick(language, *_WORDS.get(code, (code, code)))


def port_taken(language: str, port: int) -> str:
    return pick(
        language,
        f"端口 {port} 已被占用。请停止占用它的程序,或换一段端口:XIEZHI_DEMO_PORT=9400 make demo",
        f"Port {port} is taken. Stop the program that uses it, or move the block: XIEZHI_DEMO_PORT=9400 make demo",
    )


def preparing(language: str) -> str:
    return pick(
        language,
        "獬豸演示:八个法院、一个申请加入的法院、一个网关、一个真实的 PostgreSQL;数据全部为合成样例。正在准备…",
        "Xiezhi demo: eight courts, a ninth that applies, one gateway, a real PostgreSQL; all synthetic. Preparing ...",
    )


def waiting(language: str, ready: int, total: int) -> str:
    return pick(language, f"  已就绪 {ready}/{total}", f"  {ready} of {total} processes ready")


def started(language: str, zone: "Zone", took_s: float) -> str:
    return pick(
        language,
        f"八个节点与网关 {zone.addresses.gateway} 已就绪,用时 {took_s:.1f} 秒。\n",
        f"Eight nodes and the gateway {zone.addresses.gateway} are ready after {took_s:.1f} s.\n",
    )


def process_ended(language: str, what: str, log_tail: str) -> str:
    return pick(language, f"未能启动:{what}\n{log_tail}", f"Did not start: {what}\n{log_tail}")


def serving(language: str, zone: "Zone") -> str:
    """The links; each opens a page with a tab ready to run."""
    kaihua, gateway = zone.addresses.node("330824"), zone.addresses.gateway
    links = [
        (pick(language, "网关首页", "the gateway's page"), f"{gateway}/"),
        (pick(language, "协作区(无需登录)", "the zone, no sign-in"), f"{gateway}/graphiql?example=zone"),
        (pick(language, "开化节点首页", "Kaihua's page"), f"{kaihua}/"),
        (pick(language, "在开化查询八个法院", "ask eight courts from Kaihua"), f"{kaihua}/graphiql?example=look-up"),
    ]
    lines = [pick(language, "正在运行,按 Ctrl-C 结束。打开:", "Serving until Ctrl-C. Open:")]
    lines += [f"  {url}  {what}" for what, url in links]
    lines.append(
        pick(
            language,
            "另一个终端里:.venv/bin/xiezhi demo stop 皖1022,再查一次;docs/examples/delegate.sh 亲手委托一次扣押;"
            "docs/examples/admin.sh 受理江山法院的入会申请。",
            "In another terminal: .venv/bin/xiezhi demo stop 皖1022, then look up again; "
            "docs/examples/delegate.sh delegates a seizure by hand; docs/examples/admin.sh admits a ninth court, 江山.",
        )
    )
    return "\n".join(lines)


def stopping(language: str) -> str:
    return pick(language, "正在停止…", "Stopping ...")


def unknown_court(language: str, codes: Sequence[str]) -> str:
    named = ", ".join(codes)
    return pick(language, f"演示中没有这个法院。可用代字：{named}", f"The demo has no such court. Its courts: {named}")


def court_stopped(language: str, court: str) -> str:
    return pick(language, f"{court} 的节点已停止。", f"The node of {court} has stopped.")


def court_started(language: str, court: str) -> str:
    return pick(language, f"{court} 的节点已就绪。", f"The node of {court} is ready.")


def no_demo(language: str, port: int) -> str:
    return pick(
        language,
        f"端口 {port} 上没有正在运行的演示。先运行 make demo。",
        f"No demo runs on port {port}. Run `make demo` first.",
    )
