"""Words for codes that people meet in more than one place."""

from core.language import Text
from org.roles import Action

ACTIONS: dict[Action, Text] = {
    Action.SEE_BOARD: Text(zh="查看排行榜", en="see boards"),
    Action.SEE_UNIT: Text(zh="查看记分卡", en="see cards"),
    Action.SEE_DEPARTMENT: Text(zh="查看支撑部门", en="see departments"),
    Action.SEE_MONTH: Text(zh="查看服务月", en="see months"),
    Action.SEE_AWARDS: Text(zh="查看奖项", en="see awards"),
    Action.SEE_COACHING: Text(zh="查看帮扶", en="see coaching"),
    Action.SEE_RULES: Text(zh="查看规则", en="see rules"),
    Action.SEE_UNITS: Text(zh="查看单位", en="see units"),
    Action.SEE_LEDGER: Text(zh="查看失分账", en="see the ledger of losses"),
    Action.SEE_COMPLETENESS: Text(zh="查看数据齐备", en="see completeness"),
    Action.IMPORT_FACTS: Text(zh="入库事实", en="take facts in"),
    Action.WITHDRAW_BATCH: Text(zh="撤回批次", en="withdraw batches"),
    Action.EXPORT_RESULTS: Text(zh="导出结果", en="export results"),
    Action.DECIDE_PAYOUT: Text(zh="提请和批准兑现", en="propose and approve payouts"),
    Action.SEE_AUDIT: Text(zh="查看审计记录", en="see the audit trail"),
    Action.SEE_METRICS: Text(zh="读取监控指标", en="read metrics"),
}
"""What a key for another system may be made for; closing a month always needs a person."""
