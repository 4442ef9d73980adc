"""What of a task's personal content an office may read: whole, or masked. The one place where tasks are masked.

Source: docs/safeguards.md, role matrix: handler, bureau chief and president read identities; the other offices masked.
"""

from typing import Final, TypeVar

import msgspec

from db.records.parties import PartyKind
from enforcement.payloads import AssetRef, FeedbackPayload, FindingPayload, HandlingStep, Payload, TaskContent
from enforcement.rules.masking import masked_name, masked_number, masked_tail
from enforcement.rules.rights import Caller, Role
from enforcement.tasks.contents import LoadedPayload

_READS_IDENTITIES: Final = frozenset({Role.HANDLER, Role.BUREAU_CHIEF, Role.PRESIDENT})
P = TypeVar("P", bound=Payload)


def reads_identities(caller: Caller) -> bool:
    """Whether one of the caller's offices reads names and numbers whole."""
    return bool(caller.roles & _READS_IDENTITIES)


def masked(payload: P) -> P:
    """The payload without what identifies a person or a thing, and without free text."""
    changes: dict[str, object] = {}
    if isinstance(payload, TaskContent):
        debtor = payload.debtor
        changes["debtor"] = msgspec.structs.replace(
            debtor,
            name=masked_name(debtor.name, PartyKind(debtor.kind)),
            identifier=masked_number(debtor.identifier),
        )
        changes["asset"] = None if payload.asset is None else _asset(payload.asset)
        changes["remark"] = ""
    elif isinstance(payload, LoadedPayload):
        changes["content"] = masked(payload.content)
        changes["feedback"] = None if payload.feedback is None else masked(payload.feedback)
    elif isinstance(payload, FeedbackPayload):
        changes |= {"note": "", "inventory": None, "findings": [_finding(found) for found in payload.findings]}
    elif isinstance(payload, HandlingStep):
        changes |= {"note": "", "place": "", "inventory": None}
    elif "note" in payload.__struct_fields__:
        changes["note"] = ""
    return msgspec.structs.replace(payload, **changes)


def _finding(found: FindingPayload) -> FindingPayload:
    return msgspec.structs.replace(found, identity=_identity(found.identity), description="")


def _asset(asset: AssetRef) -> AssetRef:
    return msgspec.structs.replace(asset, identity=_identity(asset.identity), description="")


def _identity(parts: dict[str, str]) -> dict[str, str]:
    return {part: masked_tail(value) for part, value in parts.items()}
