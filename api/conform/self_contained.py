"""A run without a zone: the kit makes one, says how the node is to be started in it, waits for it, and looks."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from api.conform import fake_gateway, inputs, own_zone
from api.conform.fake_gateway import PortTaken
from api.conform.inputs import BadInput
from api.conform.kit import Examined
from api.conform.own_zone import NoZone, OwnZone
from api.conform.report import Report
from api.conform.running import examine
from api.conform.settings import ConformSettings
from api.peers import client_tls
from db.clock import Clock

PATIENCE_S: Final = 600.0
_HEAD: Final[Mapping[str, str]] = {
    "zh": "请以下列设置启动节点（其余设置照常），测试在节点应答后开始：",
    "en": "Start the node with these settings beside its own; the run begins once it answers:",
}


async def look(
    settings: ConformSettings,
    node: Examined,
    folder: Path,
    clock: Clock,
    *,
    port: int,
    token: str | None,
    language: str,
    say: Callable[[str], None],
    patience_s: float = PATIENCE_S,
) -> Report:
    """The report on `node`, started in the zone that stands in `folder`.

    Raises:
        BadInput: ZONE, PORT, or NOT_THERE: the node did not answer in time.
        BadAddress, TooSlow: see `examine`.
    """
    try:
        own = own_zone.make_or_read(folder, clock.now())
        zone = inputs.zone_of(own.directory, own.root, clock.now())
        async with fake_gateway.serving(own.directory, port) as gateway:
            say(_HEAD[language])
            for line in wanted(own, gateway, node):
                say("  " + line)
            await fake_gateway.until_there(node, patience_s)
            return await examine(node, zone, own.examiner, clock, token=token, tls=client_tls(settings))
    except NoZone:
        raise BadInput("ZONE") from None
    except PortTaken:
        raise BadInput("PORT") from None
    except TimeoutError:
        raise BadInput("NOT_THERE") from None


def wanted(own: OwnZone, gateway: str, node: Examined) -> Iterator[str]:
    """The settings that make a node an applicant of the zone."""
    for name, value in {
        "XIEZHI_COURT": node.court,
        "XIEZHI_DIRECTORY_FILE": str(own.file.resolve()),
        "XIEZHI_DIRECTORY_ROOT": own.root,
        "XIEZHI_GATEWAY_URL": gateway,
    }.items():
        yield f"{name}={shlex.quote(value)}"
