"""The queue of an asset, what is due, and what comes near are found by an index, however many measures a court has."""

import pytest

from db import measure_events, measure_expiry, measure_orders, measure_queue, measures
from db.pool import Pool
from tests.db.test_object_queries import plan

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("index", "sql"),
    [
        ("measure_queue_asset", measure_queue._OF_ASSETS),
        ("asset_queues_due", measure_queue._CLAIM),
        ("measure_queue_measure", measure_queue._BY_MEASURE),
        ("measure_queue_task", measure_queue._BY_TASK),
        ("measure_queue_untold", measure_queue._UNTOLD),
        ("measures_unqueued", measure_queue._TAKE_OVER),
        ("measures_expiring", measures._EXPIRE),
        ("measures_asset", measures._QUEUE),
        ("measures_expiring", measure_expiry._OWN),
        ("measure_queue_expiring", measure_expiry._ENTRUSTED),
        ("measure_orders_open", measure_orders._OPEN),
        ("measure_orders_measure", measure_orders._OF_MEASURES),
        ("measure_events_pkey", measure_events._OF_MEASURES),
    ],
)
async def test_rows_are_found_by_an_index(node_pool: Pool, index: str, sql: str) -> None:
    found = await plan(node_pool, sql)

    assert index in found
    assert "Seq Scan" not in found
