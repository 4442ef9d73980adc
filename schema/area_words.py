"""What the committed SDLs say of `@area` itself."""

from collections.abc import Mapping
from typing import Final

from enforcement.rules.areas import Area

_SAID: Final[Mapping[Area, str]] = {
    Area.CASE: "A case, its money, its sanctions, and where its parties live. 案件",
    Area.CASE_BRIEF: "What of a case stands in a task for a town's or village's liaison. 简要案情",
    Area.IDENTITY: "Names, numbers, registry numbers, and free text that may hold them. 身份信息",
    Area.ASSETS: "Assets. 财产",
    Area.SEARCHES: "Searches and finds, which a party is not told of. 查控",
    Area.MEASURES: "Control measures and what units answered to them. 控制措施",
    Area.TASKS: "Delegated tasks. 委托事项",
    Area.TASK_STATUS: "Which task it is and where it stands. 事项状态",
    Area.TASK_ROUTING: "What the gateway keeps of a task. 流转信息",
    Area.AUDIT: "Who looked at whom, and for which case. 查询审计",
    Area.AUDIT_METADATA: "What the gateway carried, from outside. 传输元数据",
    Area.MEMBERS: "The members of the zone, beyond what is public. 成员",
    Area.ZONE: "What the courts count for their zone; it names nobody. 协作区统计",
    Area.PUBLIC: "No secret from anybody. 公开",
    Area.FORM: "What carries other fields, or says why there are none. 结构",
}

_VALUES: Final = "\n".join(f'  """{said}"""\n  {area.value}' for area, said in _SAID.items())
DEFINITIONS: Final = f'''
"""What one right opens: an office reads the field as far as it reads its area. 数据范围"""
directive @area(of: Area!) on FIELD_DEFINITION

"""What one right opens; docs/safeguards.md says who reads which. 数据范围"""
enum Area {{
{_VALUES}
}}
'''
