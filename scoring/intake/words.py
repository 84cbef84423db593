"""Words that headings, totals and empty cells are written with, in both languages."""

import re
import unicodedata

UNIT = "unit"
KPI = "kpi"
DAY = "day"
NUMERATOR = "numerator"
DENOMINATOR = "denominator"
VALUE = "value"
SAMPLE = "sample"
ITEM = "item"
SOURCE = "source"
PARENT = "parent"
REMARK = "remark"
CAUSE = "cause"
SAID = "words"

_HEADINGS = {
    UNIT: "单位 单位编码 单位代码 单位名称 编码 机构 机构编码 机构名称 部门 部门名称 部门编码 分公司 分公司名称 营业厅 营业厅名称 营业厅编码 "
    "沟通厅 厅店 厅店名称 网点 网点名称 网点编码 门店 代办点 代办点名称 渠道 班组 班组名称 姓名 员工 员工姓名 营业员 客户经理 工号 员工编号 "
    "对象 考核对象 考核单位 被考核单位 参评单位 unit unitcode unitname unitid storefront store storename outlet branch department "
    "team person employee code organisation organization",
    KPI: "指标 指标编码 指标代码 指标名称 考核指标 kpi kpicode kpiname indicator indicatorcode metric",
    DAY: "日期 日 时间 月份 月 周期 统计周期 统计日期 统计月份 考核月份 考核周期 检查日期 发生日期 数据日期 业务日期 调查日期 期间 账期 周 "
    "date day month period on week",
    NUMERATOR: "分子 numerator num 达标数 合格数",
    DENOMINATOR: "分母 denominator den denom 总数",
    VALUE: "值 数值 指标值 得分 分值 结果 完成值 实际值 实际 value result actual score",
    SAMPLE: "样本 有效样本 样本量 样本数 有效样本量 有效样本数 调查样本 n sample validsample samplesize samples answers",
    ITEM: "分项 项目 事项 检查项 明细 类别 评分人 评价单位 评分单位 item rater event",
    CAUSE: "原因码 原因代码 原因编码 原因类别 原因分类 投诉原因 问题原因 失分原因 责任原因 归因 cause causes causecode rootcause reasoncode",
    SAID: "客户原话 原话 客户原声 原声 客户意见 客户反映 投诉内容 words customerwords customerswords verbatim quote",
    SOURCE: "来源 数据来源 source",
    REMARK: "备注 说明 序号 环比 同比 排名 名次 填报人 联系人 原因 退回原因 处理建议 no remark remarks note notes comment rank reason",
}
HEADINGS = {word: role for role, words in _HEADINGS.items() for word in words.split()}
CODE_WORDS = ("编码", "代码", "编号", "工号", "code", "id")
_TOTAL = re.compile(
    r".{0,16}(合计|总计|小计)|(合计|总计|小计|总和|平均|均值|汇总|全市合计|total|subtotal|sum|average|mean|grandtotal)[:：]?.{0,6}"
)
_REMARK = re.compile(
    r"(注|备注|说明|附注|填表|制表|审核|填报|复核|数据来源|资料来源|note|remark|preparedby|source)[\d一二三]?[:：.、].*"
)
_REMARK_ALONE = re.compile(r"(填表人|制表人|审核人|填报人|复核人|填表日期|制表日期).*")
MISSING = frozenset(
    [
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "―",
        "－",
        "/",
        "\\",
        "无",
        "缺",
        "空",
        "暂无",
        "无数据",
        "缺数",
        "未测",
        "未检",
        "不适用",
        "n/a",
        "na",
        "#n/a",
        "null",
        "none",
        "nil",
        "…",
        "...",
        "*",
        ".",
        "missing",
        "nodata",
        "..",
        "〇无",
    ]
)
SHEET_ERRORS = frozenset(
    ["#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!", "#n/a!", "#getting_data", "#spill!", "#####"]
)
_BRACKETS = re.compile(r"[(\[{【（〔].*?[)\]}】）〕]")
_MARKS = re.compile(r"[\s\W_]+")


def plain(text: str) -> str:
    """Return a text in half width and lower case, without spaces and punctuation: what names are compared by."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def heading(text: str) -> str:
    """Return a heading as it is compared: like `plain`, and without what stands in brackets (a unit of measure)."""
    return plain(_BRACKETS.sub("", unicodedata.normalize("NFKC", text))) or plain(text)


def role_of(text: str) -> str | None:
    """Return which column a heading announces, None when it is no heading that we know."""
    return HEADINGS.get(heading(text))


def is_total(text: str) -> bool:
    return bool(_TOTAL.fullmatch("".join(unicodedata.normalize("NFKC", text).casefold().split())))


def is_remark(text: str) -> bool:
    flat = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return bool(_REMARK.match(flat) or _REMARK_ALONE.match(flat))
