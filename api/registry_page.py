"""`/` of the demo's registries: whose process this is, which units answer here, and how they behave now."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import HTMLResponse

from api.brand import ICON, MARK
from api.page import Markup, asset, both, each, fill, respond, template
from api.registry_records import RegistryUnit

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "VEHICLE_OFFICE": ("车辆管理所", "Vehicle office"),
    "BANK": ("银行", "Bank"),
    "LAND_REGISTRY": ("不动产登记机构", "Land registry"),
    "MARKET_REGULATOR": ("企业登记机关", "Company register"),
    "PROVIDENT_FUND_CENTRE": ("公积金中心", "Provident-fund centre"),
}
_MODES: Final[Mapping[str, tuple[str, str]]] = {
    "normal": ("正常", "Answers"),
    "slow": ("缓慢", "Slow"),
    "refuse": ("拒绝协助", "Refuses"),
    "down": ("不应答", "Down"),
}
_ROW: Final = (
    '<tr><td>$name</td><td class="tight">$kind</td><td class="tight">$state</td><td class="tight mono">$id</td></tr>'
)
_NOTE: Final = both(
    "模拟程序：代表各县的登记机构和银行，登记内容均为虚构；查询和送达由法院节点发来，不在网页上办理。",
    "A simulator: it stands for the registries and banks of the counties, with invented books. Searches and notices "
    "come from the courts' nodes, not from a page.",
)


def registry_page(units: Sequence[RegistryUnit], modes: Mapping[str, str], lang: str) -> HTMLResponse:
    """The page; `modes` are those of the units that do not behave as usual."""
    heads = (("单位", "Unit"), ("类别", "Kind"), ("状态", "State"), ("编号", "Id"))
    body = fill(
        '<div class="grid"><section class="card wide"><h2>$title</h2><table class="stack"><thead><tr>$head</tr></thead>'
        "<tbody>$rows</tbody></table></section></div>",
        title=both("协助执行单位", "Assisting units"),
        head=each(fill("<th>$head</th>", head=both(*texts)) for texts in heads),
        rows=each(_row(unit, modes.get(unit.id, "normal")) for unit in units),
    )
    page = fill(
        template("plain"),
        lang=lang,
        title_zh="登记机构",
        title_en="Registries",
        icon=ICON,
        css=asset("xiezhi.css"),
        mark=MARK,
        kind=both("协助执行单位 · 模拟", "Assisting units · simulated"),
        name=both("登记机构和银行", "Registries and banks"),
        lead=both(
            "各县的车辆管理所、不动产登记机构、企业登记机关、银行和公积金中心。",
            "Of each county the vehicle office, the land registry, the company register, two banks and the "
            "provident-fund centre.",
        ),
        note=fill('<p class="note">$text</p>', text=_NOTE),
        body=body,
        script=asset("language.js"),
    )
    return respond(page, policy={})


def _row(unit: RegistryUnit, mode: str) -> Markup:
    return fill(
        _ROW,
        name=unit.name,
        kind=both(*_KINDS.get(unit.kind, (unit.kind, unit.kind))),
        state=both(*_MODES[mode]),
        id=unit.id,
    )
