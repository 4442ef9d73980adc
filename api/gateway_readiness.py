"""How the gateway sees whether it can work. What time it is, it hears from every node that it probes."""

from functools import partial
from pathlib import Path

from api import readiness_checks as checks
from api.readiness import Readiness
from api.readiness_checks import Watch
from api.settings import GatewaySettings
from enforcement.desk.gateway import GatewayDesk
from federation.readiness import gateway_message
from federation.wire import gateway_keyfile
from federation.wire.signing import SigningKey


async def gateway_readiness(settings: GatewaySettings, desk: GatewayDesk, key: SigningKey, watch: Watch) -> Readiness:
    """What the gateway looks at. Call while the database can be reached."""
    folders = await checks.folders_to_watch(settings.state_dir, settings.database_folder, desk.pool, watch)
    exchange = partial(gateway_message.exchange, desk.pool, desk.clock, desk.directory, key)
    return Readiness(
        [
            checks.self_message(exchange, desk.clocks),
            checks.key_file(partial(_is_in_use, settings.key_file, key)),
            checks.directory(desk.directory, desk.clock),
            checks.clock_right(desk.clocks),
            checks.disk(folders, settings.disk_free_percent, watch.free_share),
        ],
        watch.pace,
    )


def _is_in_use(path: Path, key: SigningKey) -> bool:
    return gateway_keyfile.are_same(gateway_keyfile.read(path), key)
