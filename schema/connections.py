"""Pages of one court's rows as Relay's clients read them (分页列表): edges, nodes, pageInfo; forward only."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import strawberry

from schema.zone.page_types import PageInfo

T = TypeVar("T")


@strawberry.type(description="One row of a page. 列表项")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Where the next page begins, if it ends here. 游标")
    node: T = strawberry.field(description="The row. 内容")


@strawberry.type(description="A page of a list. 分页列表")
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="The rows of this page. 本页内容")
    edges: list[Edge[T]] = strawberry.field(description="The same, each with its cursor. 列表项")
    page_info: PageInfo = strawberry.field(description="Where it ends. 分页信息")


def connection(rows: Sequence[T], cursors: Sequence[str], *, has_next: bool) -> Connection[T]:
    """The page of these rows, each with its cursor."""
    return Connection(
        nodes=list(rows),
        edges=[Edge(cursor=cursor, node=row) for cursor, row in zip(cursors, rows, strict=True)],
        page_info=page_info(cursors, has_next=has_next),
    )


def page_info(cursors: Sequence[str], *, has_next: bool) -> PageInfo:
    """Where a page whose rows have these cursors ends."""
    return PageInfo(
        has_next_page=has_next,
        end_cursor=cursors[-1] if cursors else None,
        start_cursor=cursors[0] if cursors else None,
    )
