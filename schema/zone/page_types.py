"""Pages of rows (分页), of one court or of many: one order over all of them, a cursor for the way on."""

from typing import Annotated

import strawberry

from federation.graph.page import MAX_ROWS

First = Annotated[int, strawberry.argument(description=f"At most so many, up to {MAX_ROWS}. 条数")]
After = Annotated[
    str | None, strawberry.argument(description="The `endCursor` of the page before, with the same arguments. 游标")
]


@strawberry.type(description="Where a page ends. 分页信息")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether there are more: of many courts, at one that answered, see the coverage. 是否有下一页"
    )
    end_cursor: str | None = strawberry.field(
        description="Give it as `after` for the next page; null when there is nothing to go on from. 下一页游标"
    )
    has_previous_page: bool = strawberry.field(
        default=False, description="Never told: pages go forward only. 是否有上一页"
    )
    start_cursor: str | None = strawberry.field(
        default=None, description="Of the first row, where each row has a cursor of its own. 本页首行游标"
    )
