"""What is set of delegated tasks: people's time, what counts for how much, who is told, when superior courts hear."""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from dataclasses import dataclass
from pathlib import Path

from api.setting_field import setting


@dataclass(frozen=True, kw_only=True)
class DelegationSettings:
    """A part of a node's settings."""

    expiry_warning_days: tuple[str, ...] = setting(
        "How long before a measure's last day each warning comes.",
        example="30,15,7,3,1",
        unit="list of days",
        default=("30", "15", "7", "3", "1"),
    )
    evaluation_days: int = setting(
        "After a task's completion, how long the delegating court may evaluate it.",
        example="30",
        unit="days",
        default=30,
    )
    complaint_answer_working_days: int = setting(
        "How long the entrusted court has to answer this court's complaint.",
        example="5",
        unit="working days",
        default=5,
    )
    objection_warning_days: int = setting(
        "How long before the last day to decide an objection its court is warned.", example="3", unit="days", default=3
    )
    supervision_seconds: float = setting(
        "How often the court asks the gateway which of its tasks are supervised.",
        example="10",
        unit="seconds",
        default=10.0,
    )
    standards_seconds: float = setting(
        "How often the court asks the gateway for the zone's standards and the texts that wait for its signature.",
        example="30",
        unit="seconds",
        default=30.0,
    )
    workload_ratios: tuple[str, ...] = setting(
        "Cases that a completed task of a matter counts as, where they differ from the defaults.",
        example="SEIZE_VEHICLE=1/4,SERVE_DOCUMENTS=1/20",
        unit="list of matter=ratio",
        default=(),
    )
    webhooks_file: Path | None = setting(
        "Systems of the court's own that are told what happened (docs/events.md), mode 0600.",
        example="/etc/xiezhi/webhooks.json",
        unit="file",
        default=None,
    )
    task_remind_days: int = setting(
        "How long before a delegated task's last day whoever has to act is reminded, and again on that day.",
        example="1",
        unit="working days",
        default=1,
    )
    unreachable_minutes: int = setting(
        "After which a delegated task is marked NODE_UNREACHABLE, when nobody takes its message.",
        example="60",
        unit="minutes",
        default=60,
    )


@dataclass(frozen=True, kw_only=True)
class EscalationSettings:
    """A part of the gateway's settings."""

    escalation_seconds: float = setting(
        "How often the gateway looks which tasks are to be brought before superior courts.",
        example="10",
        unit="seconds",
        default=10.0,
    )
    directory_seconds: float = setting(
        "How often the gateway looks whether its directory was written anew, in its file or by another process.",
        example="10",
        unit="seconds",
        default=10.0,
    )
    escalate_high_court_days: int = setting(
        "How long after a task's due day its high court is told, too; the court above the late one is told at once.",
        example="3",
        unit="days",
        default=3,
    )
    supervision_answer_working_days: int = setting(
        "How long a court has to answer a supervision that a missed day raised.",
        example="3",
        unit="working days",
        default=3,
    )
