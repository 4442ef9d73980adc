"""What a resolver of the gateway knows of its request."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import strawberry

from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.membership.office import MembershipOffice
from enforcement.rules.rights import Caller
from schema.selected_areas import Refused

Language = Literal["zh", "en"]


@dataclass(slots=True)
class GatewayContext:
    """One request at the gateway. An admin's court is "gateway"."""

    gateway: GatewayDesk
    caller: Caller | None
    language: Language = "zh"
    request_id: str = ""
    extensions: dict[str, Any] = field(default_factory=dict)  # merged into the response's extensions
    refused: Refused | None = None  # where the caller may not read what is selected

    @property
    def office(self) -> MembershipOffice:
        """Where membership is managed."""
        return self.gateway.membership


GatewayInfo: TypeAlias = strawberry.Info[GatewayContext, None]
