"""Where the database's server keeps its data, if that is on this machine."""

from pathlib import Path
from typing import Final

from db.pool import Conn

# Who comes over a Unix socket has no address. The folder is told to superusers and to members of this role.
_WHERE: Final = """
    SELECT CASE WHEN inet_server_addr() IS NULL AND pg_has_role('pg_read_all_settings', 'USAGE')
                THEN current_setting('data_directory') END
"""


async def of_this_machine(conn: Conn) -> Path | None:
    """The server's data folder; None when it is on another machine, or not told."""
    found = await conn.fetchval(_WHERE)
    return None if found is None else Path(found)
