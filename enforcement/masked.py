"""Where rows are masked, and nowhere else: parties, registry entries, and the payloads of tasks with their free text.

Who reads what whole is said by the matrix (rules/areas.py, rules/scopes.py); how what is not is shown, by the three
masks of rules/masking.py. Free text may hold any name or number: it is left out.
Source: docs/safeguards.md, role matrix.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from db.records.assets import AssetKind
from db.records.parties import PartyKind
from enforcement.payloads import AssetRef, FeedbackPayload, FindingPayload, HandlingStep, Payload, TaskContent
from enforcement.rules import asset_facts
from enforcement.rules.masking import masked_entry, masked_name, masked_number
from enforcement.tasks.contents import LoadedPayload
from enforcement.tasks.statement_contents import FoundPayload, ObjectionPayload

_PLATE: Final = "plate"
_FREE: Final = frozenset({"note", "text", "counterpart", "objector", "ruling_no"})
"""Fields of payloads that are free text."""
P = TypeVar("P", bound=Payload)


def named(name: str, number: str, kind: PartyKind) -> tuple[str, str]:
    """A person's or an organisation's name and number."""
    return masked_name(name, kind), masked_number(number)


def entry(parts: Mapping[str, str]) -> dict[str, str]:
    """What a registry calls a thing by."""
    return {part: masked_entry(part, value) for part, value in parts.items()}


def one_entry(parts: Mapping[str, str]) -> str:
    """The part by which a thing is recognised: its plate, else the first; empty when it has none."""
    part = _PLATE if _PLATE in parts else next(iter(parts), None)
    return "" if part is None else masked_entry(part, parts[part])


def payload_of(payload: P) -> P:
    """The payload without what identifies a person or a thing, and without free text."""
    changes: dict[str, object] = {}
    if isinstance(payload, TaskContent):
        debtor = payload.debtor
        name, number = named(debtor.name, debtor.identifier, PartyKind(debtor.kind))
        changes["debtor"] = msgspec.structs.replace(debtor, name=name, identifier=number)
        changes["asset"] = None if payload.asset is None else _asset(payload.asset)
        changes["remark"] = ""
        changes["clues"] = [msgspec.structs.replace(clue, text="") for clue in payload.clues]
    elif isinstance(payload, LoadedPayload):
        changes["content"] = payload_of(payload.content)
        changes["feedback"] = None if payload.feedback is None else payload_of(payload.feedback)
    elif isinstance(payload, FeedbackPayload):
        changes |= {"note": "", "inventory": None, "findings": [_finding(found) for found in payload.findings]}
    elif isinstance(payload, FoundPayload):
        changes["findings"] = [_finding(found) for found in payload.findings]
    elif isinstance(payload, HandlingStep):
        changes |= {"note": "", "place": "", "inventory": None}
    else:
        changes |= dict.fromkeys(_FREE & set(payload.__struct_fields__), "")
        if isinstance(payload, ObjectionPayload) and payload.asset is not None:
            changes["asset"] = _asset(payload.asset)
    return msgspec.structs.replace(payload, **changes)


def _finding(found: FindingPayload) -> FindingPayload:
    facts = asset_facts.whole(AssetKind(found.kind), found.identity, found.facts)
    return msgspec.structs.replace(
        found, identity=entry(found.identity), description="", facts=asset_facts.masked(facts)
    )


def _asset(asset: AssetRef) -> AssetRef:
    return msgspec.structs.replace(asset, identity=entry(asset.identity), description="")
