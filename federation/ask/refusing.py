"""How an asked court refuses: before its asker is proved, and after."""

from federation.ask.status import Reason, Status


class Rejected(Exception):
    """Refused before its sender was proved: a plain code goes back, nothing that came is believed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """Refused to a proved sender, who gets a signed answer that says so."""

    def __init__(self, reason: Reason, status: Status = Status.REFUSED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
