"""What a program's settings make of its GraphQL edge: stored documents, rate limits, open connections."""

from dataclasses import dataclass, replace

from api.graphql.documents import Documents
from api.held_connections import ConnectionLimits, HeldConnections
from api.rate_limits import RateLimits
from api.settings import DoorSettings
from db.pool import Pool


@dataclass(frozen=True, slots=True)
class Edge:
    """One per process."""

    documents: Documents
    rates: RateLimits
    held: HeldConnections


def open_edge(settings: DoorSettings, pool: Pool, limits: ConnectionLimits | None = None) -> Edge:
    """The edge as the settings have it, over the program's own database."""
    limits = replace(limits or ConnectionLimits(), per_caller=settings.connections_per_caller)
    return Edge(
        Documents(pool, settings.documents),
        RateLimits(pool, per_caller=settings.requests_per_minute_caller, per_court=settings.requests_per_minute_court),
        HeldConnections(limits),
    )
