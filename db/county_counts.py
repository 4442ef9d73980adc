"""How much of a court's work lies in which county, counted over cases, assets and tasks in one statement."""

from collections.abc import Sequence
from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.zone import CountyCounts

_record = mapper(CountyCounts)

# A case with several debtors of one county counts once there; with debtors of two counties, once in each.
_COUNTS: Final = """
    WITH members AS (
        SELECT division, court FROM unnest($1::text[], $2::text[]) AS given (division, court)
    ), domiciled AS (
        SELECT p.domicile_division AS division, count(DISTINCT c.id) AS n
          FROM cases c
          JOIN case_parties cp ON cp.case_id = c.id AND cp.role = 'DEBTOR'
          JOIN parties p ON p.id = cp.party_id
         WHERE c.status <> 'CLOSED' AND p.domicile_division = ANY($1)
         GROUP BY p.domicile_division
    ), located AS (
        SELECT division, count(*) AS n FROM assets
         WHERE status IN ('FOUND', 'CONTROLLED') AND division = ANY($1)
         GROUP BY division
    ), entrusted AS (
        SELECT members.division, count(*) AS n
          FROM tasks t JOIN members ON members.court = t.entrusted_court
         WHERE t.direction = 'OUTBOUND'
           AND t.status NOT IN ('DRAFT', 'PENDING_APPROVAL', 'APPROVED', 'COMPLETED', 'RETURNED', 'WITHDRAWN')
         GROUP BY members.division
    )
    SELECT counties.division, coalesce(domiciled.n, 0) AS open_cases, coalesce(located.n, 0) AS assets,
           coalesce(entrusted.n, 0) AS open_tasks
      FROM (SELECT DISTINCT division FROM members) counties
      LEFT JOIN domiciled USING (division)
      LEFT JOIN located USING (division)
      LEFT JOIN entrusted USING (division)
     ORDER BY counties.division
     LIMIT 1000
"""


async def by_county(conn: Conn, members: Sequence[tuple[str, str]]) -> list[CountyCounts]:
    """One row for each division of `members`, pairs of a division and the code of a court there, by division.

    Cases that are not closed, by the domicile of their debtors; assets found and neither released nor disposed of, by
    where they lie; tasks sent and not ended, by the courts they were sent to.
    """
    divisions, courts = [division for division, _ in members], [court for _, court in members]
    return [_record(row) for row in await conn.fetch(_COUNTS, divisions, courts)]
