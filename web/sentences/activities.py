"""What is said on the page of a month's activities."""

from core.language import Text, current

TITLE = Text(zh="主题活动", en="Activities")
WORDS: dict[str, Text] = {
    "none": Text(zh="本月没有给您单位的活动。", en="The month has no activity for your unit."),
    "no_month": Text(zh="还没有服务月。", en="There is no service month yet."),
    "each": Text(zh="每次 {points} 分", en="{points} points each"),
    "nothing": Text(zh="不计分", en="no points"),
    "cap": Text(zh="封顶 {cap} 分", en="at most {cap}"),
    "of_cap": Text(zh="/ {cap} 分", en="of {cap} points"),
    "so_far": Text(zh="{count} 次有效", en="{count} valid"),
    "waiting": Text(zh="{n} 次待审核", en="{n} to be checked"),
    "record": Text(zh="登记", en="Record"),
    "activity": Text(zh="活动", en="Activity"),
    "unit": Text(zh="单位", en="Unit"),
    "on": Text(zh="日期", en="Day"),
    "count": Text(zh="次数", en="How often"),
    "note": Text(zh="说明", en="Note"),
    "evidence": Text(zh="证明材料（照片或 PDF，最大 10 MiB）", en="Evidence (photo or PDF, up to 10 MiB)"),
    "send": Text(zh="提交登记", en="Record it"),
    "counts_when": Text(zh="由别人审核后计分；上级单位也各自计入，各有封顶。", en="Counts once somebody else has checked it; for the units above as well, each up to its own cap."),
    "to_check": Text(zh="待您审核", en="For you to check"),
    "nothing_to_check": Text(zh="没有待审核的登记。", en="Nothing waits to be checked."),
    "records": Text(zh="登记记录", en="Records"),
    "no_records": Text(zh="还没有登记。", en="Nothing is recorded yet."),
    "accept": Text(zh="有效", en="Valid"),
    "reject": Text(zh="退回", en="Reject"),
    "revoke": Text(zh="作废", en="Revoke"),
    "reason": Text(zh="理由（登记人可见）", en="Reason (told to whoever recorded it)"),
    "submitted": Text(zh="待审核", en="to be checked"),
    "valid": Text(zh="有效", en="valid"),
    "rejected": Text(zh="已退回", en="rejected"),
    "revoked": Text(zh="已作废", en="revoked"),
    "told": Text(zh="{day} · {count} 次 · {name} 登记", en="{day} · {count} × · recorded by {name}"),
    "decided": Text(zh="{name} {when} 审核", en="checked by {name}, {when}"),
    "revoked_by": Text(zh="{name} {when} 作废", en="revoked by {name}, {when}"),
    "because": Text(zh="理由：{why}", en="reason: {why}"),
    "closed": Text(zh="这个月现在不能登记。", en="Nothing can be recorded for this month now."),
    "month": Text(zh="月份", en="Month"),
    "show": Text(zh="查看", en="Show"),
    "bad_day": Text(zh="请选择日期。", en="Choose the day."),
    "file": Text(zh="证明材料", en="evidence"),
}  # fmt: skip


def words() -> dict[str, str]:
    """Return all sentences in the reader's language."""
    return {name: words.read(current()) for name, words in WORDS.items()}
