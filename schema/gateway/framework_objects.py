"""The framework agreement's records by their ids, for `node` and `nodes`: what its own list would show of each."""

from collections.abc import Sequence
from uuid import UUID

from db import framework
from db.records.framework import FrameworkKind
from enforcement.desk import liaison, meetings, resources, standards, supervision
from enforcement.rules.rights import RIGHTS, Act, Caller
from schema.gateway.context import GatewayContext
from schema.gateway.liaison import LiaisonOfficer
from schema.gateway.meetings import ExchangeMeeting
from schema.gateway.resources import ResourceOffer
from schema.gateway.standards import PublishedStandard
from schema.gateway.supervision import SupervisionRecord
from schema.objects import Node


async def read(context: GatewayContext, caller: Caller, wanted: Sequence[UUID]) -> dict[str, Node]:
    """Those of the records that the caller may know of, by id; none for an office that reads no records."""
    if not caller.roles & RIGHTS[Act.READ_FRAMEWORK]:
        return {}
    async with context.gateway.pool.acquire() as conn:
        kinds = await framework.kinds(conn, wanted)
    shown: dict[str, Node] = {}
    for kind in set(kinds.values()):
        ids = sorted(record_id for record_id, its_kind in kinds.items() if its_kind is kind)
        shown |= {node.id: node for node in await _read(context, caller, kind, ids)}
    return shown


async def _read(context: GatewayContext, caller: Caller, kind: FrameworkKind, ids: Sequence[UUID]) -> list[Node]:
    desk = context.gateway
    match kind:
        case FrameworkKind.LIAISON_OFFICER:
            return [LiaisonOfficer.of(each, context) for each in await liaison.several(desk, caller, ids)]
        case FrameworkKind.STANDARD:
            return [PublishedStandard.of(each, context) for each in await standards.several(desk, caller, ids)]
        case FrameworkKind.MEETING:
            return [ExchangeMeeting.of(each, context) for each in await meetings.several(desk, caller, ids)]
        case FrameworkKind.SUPERVISION:
            return [SupervisionRecord.of(each, context) for each in await supervision.several(desk, caller, ids)]
        case FrameworkKind.RESOURCE_OFFER:
            return [ResourceOffer.of(each, context) for each in await resources.several(desk, caller, ids)]
