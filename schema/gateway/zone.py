"""The zone (协作区): what it is, and under it every clear field: one document works at the gateway and at a node.

Invariant: `Zone` has the fields that the gateway's Query has, and `ZoneMutation` those of its Mutation: they are the
same classes. A node serves both types by passing them on (schema/node/zone_door.py).
"""

import strawberry

from schema.gateway.complaints import ComplaintQuery
from schema.gateway.context import GatewayInfo
from schema.gateway.courts import AgreementHead, CourtQuery, MemberCourt
from schema.gateway.health import HealthQuery
from schema.gateway.liaison import LiaisonMutation, LiaisonQuery
from schema.gateway.maintenance import MaintenanceMutation
from schema.gateway.meetings import MeetingMutation, MeetingQuery
from schema.gateway.resources import ResourceMutation, ResourceQuery
from schema.gateway.route import RouteQuery
from schema.gateway.scattered import ScatteredQuery
from schema.gateway.standards import StandardMutation, StandardQuery
from schema.gateway.supervision import SupervisionMutation, SupervisionQuery
from schema.gateway.tracks import TrackMutation, TrackQuery
from schema.gateway.traffic import TrafficQuery


class FrameworkQuery(LiaisonQuery, StandardQuery, MeetingQuery, SupervisionQuery, ComplaintQuery, ResourceQuery):
    """The framework agreement's records."""


class FrameworkMutation(LiaisonMutation, StandardMutation, MeetingMutation, SupervisionMutation, ResourceMutation):
    """What is done with them."""


class ClearQuery(CourtQuery, RouteQuery, TrackQuery, HealthQuery, TrafficQuery, ScatteredQuery, FrameworkQuery):
    """Every clear field, at the root and under `zone`."""


class ClearMutation(TrackMutation, MaintenanceMutation, FrameworkMutation):
    """Every clear mutation, at the root and under `zone`."""


@strawberry.type(description="The courts under one framework agreement, and what the gateway tells of them. 协作区")
class Zone(ClearQuery):
    code: str = strawberry.field(description="Code of the zone. 协作区代码")
    name: str = strawberry.field(description="Name in the language of the request. 名称")
    counties: list[str] = strawberry.field(description="Counties of the courts. 区县")
    court_count: int = strawberry.field(description="How many courts it has. 法院数")
    agreements: list[AgreementHead] = strawberry.field(description="Agreements, past and coming ones too. 协作协议")


@strawberry.type(description="What can be done at the gateway, from a court's own node too. 协作区变更")
class ZoneMutation(ClearMutation):
    """The same fields as the roots."""


@strawberry.type
class ZoneQuery:
    @strawberry.field(
        description="The zone itself, without a token, and every clear field; null at a node without gateway. 协作区"
    )
    def zone(self, info: GatewayInfo) -> Zone | None:
        view, language = info.context.gateway.directory.current(), info.context.language
        courts = [MemberCourt.of(entry, language) for entry in view.courts() if entry.state != "WITHDRAWN"]
        return Zone(
            code=view.zone.code,
            name=view.zone.name_zh if language == "zh" else view.zone.name_en,
            counties=[court.county for court in courts],
            court_count=len(courts),
            agreements=[
                AgreementHead.of(entry, asking)
                for entry in view.agreements()
                for asking in ([court.code for court in courts] if entry.asking is None else [entry.asking])
            ],
        )


@strawberry.type
class ZoneMutations:
    @strawberry.mutation(description="The clear mutations; null at a node that has no gateway. 协作区变更")
    def zone(self) -> ZoneMutation | None:
        return ZoneMutation()
