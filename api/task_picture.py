"""The states of a delegated task as a picture, drawn from the tables: `python -m api.task_picture --write`.

It stands in docs/officers-guide.md between two marks, in Mermaid, which code hosts draw; a test holds the two equal.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from enforcement.rules.task_log import EDGES, EventType, Side, holder_in
from enforcement.rules.task_status import ENDED, INTERNAL, MOVES, DelegatedTaskStatus

_S: Final = DelegatedTaskStatus
PAGE: Final = Path(__file__).parents[1] / "docs" / "officers-guide.md"
BEGIN: Final = "<!-- picture: printed by `python -m api.task_picture --write` -->"
END: Final = "<!-- end of the picture -->"

WORDS: Final = {
    _S.DRAFT: "草稿",
    _S.PENDING_APPROVAL: "待审批",
    _S.APPROVED: "已批准",
    _S.DISPATCHED: "已发出",
    _S.RECEIVED: "待签收",
    _S.SIGNED_FOR: "已签收",
    _S.SUPPLEMENT_REQUESTED: "待补充",
    _S.IN_PROGRESS: "办理中",
    _S.FED_BACK: "已反馈",
    _S.COMPLETED: "已办结",
    _S.RETURNED: "已退回",
    _S.WITHDRAWN: "已撤回",
}
_INTERNAL_ACTS: Final = {
    (_S.DRAFT, _S.PENDING_APPROVAL): "submit 提交",
    (_S.PENDING_APPROVAL, _S.APPROVED): "approve 批准",
    (_S.PENDING_APPROVAL, _S.DRAFT): "refuse 不批准",
    (_S.DISPATCHED, _S.RETURNED): "dispatch refused 拒收",
}
_EVENTS: Final = {
    EventType.DISPATCHED: "dispatch 发出",
    EventType.RECEIVED: "by the node 送达",
    EventType.SIGNED_FOR: "sign for 签收",
    EventType.STARTED: "assign 分派",
    EventType.SUPPLEMENT_REQUESTED: "ask for papers 要求补充",
    EventType.SUPPLEMENTED: "supplement 补充",
    EventType.FED_BACK: "feed back 反馈",
    EventType.FEEDBACK_REJECTED: "reject 退回反馈",
    EventType.COMPLETED: "confirm 确认办结",
    EventType.RETURNED: "return 退回",
    EventType.WITHDRAWN: "withdraw 撤回",
    EventType.PEN_TAKEN: "court lost 失联收回",
}


def picture() -> str:
    """The diagram: every move of the table, what makes it, and whose court acts next in each state."""
    return "\n".join(["```mermaid", "stateDiagram-v2", *_lines(), "```"])


def _lines() -> Iterator[str]:
    for state in _S:
        yield f'    state "{WORDS[state]} {state.value}" as {state.value}'
    yield f"    [*] --> {_S.DRAFT.value}"
    for state in _S:
        for following in (each for each in _S if each in MOVES[state]):
            yield f"    {state.value} --> {following.value}: {_label(state, following)}"
    yield from (f"    {state.value} --> [*]" for state in _S if state in ENDED)
    yield "    classDef delegating fill:#dbeafe,color:#111"
    yield "    classDef entrusted fill:#fef3c7,color:#111"
    for side, name in ((Side.DELEGATING, "delegating"), (Side.ENTRUSTED, "entrusted")):
        yield f"    class {','.join(state.value for state in _S if holder_in(state) is side)} {name}"


def _label(state: DelegatedTaskStatus, following: DelegatedTaskStatus) -> str:
    """What leads from one state to the other."""
    if following is _S.WITHDRAWN and state in INTERNAL:
        return _EVENTS[EventType.WITHDRAWN]
    leads = {_EVENTS[kind] for kind in _EVENTS if state in EDGES[kind].before and EDGES[kind].after is following}
    leads |= {_INTERNAL_ACTS[state, following]} if (state, following) in _INTERNAL_ACTS else set()
    if state is _S.SUPPLEMENT_REQUESTED and not leads:
        return _EVENTS[EventType.SUPPLEMENTED]
    return " / ".join(sorted(leads))


def placed(page: str) -> str:
    """The page with the picture of now."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + "\n\n" + picture() + "\n\n" + END + rest.partition(END)[2]


def main() -> int:
    """Print the picture, or write it into its page."""
    if "--write" in sys.argv[1:]:
        PAGE.write_text(placed(PAGE.read_text("utf-8")), "utf-8")
    else:
        sys.stdout.write(picture() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
