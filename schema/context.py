"""What a resolver knows of its request."""

from dataclasses import dataclass, field
from typing import Any, Literal

from enforcement.court import CourtNode
from enforcement.rules.rights import Caller
from schema.selected_areas import Refused

Language = Literal["zh", "en"]


@dataclass(slots=True)
class NodeContext:
    """One request at a court's node. `partner` is set when another court asks; then `caller` is None."""

    court: CourtNode
    caller: Caller | None
    language: Language = "zh"
    request_id: str = ""
    partner: Any = None  # enforcement.lookup_parts.Partner
    extensions: dict[str, Any] = field(default_factory=dict)  # merged into the response's extensions
    refused: Refused | None = None  # where the caller may not read what is selected
