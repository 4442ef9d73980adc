"""Pages of rows of many courts (分页): one order over all of them, one cursor for the way on."""

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
        description="Whether there are more at a court that answered; the coverage tells who did not. 是否有下一页"
    )
    end_cursor: str | None = strawberry.field(
        description="Give it as `after` for the next page; null when nothing is left at any court. 下一页游标"
    )
