"""Why a cell is refused, passed over, or read otherwise than it stands: codes and sentences in both languages."""

from enum import IntEnum

from core.language import Text


class Reason(IntEnum):
    """Zero means none, below NO_UNIT an entry is passed over, from there it is refused; the names are the public codes."""

    NONE = 0
    MISSING = 1
    TOTAL_ROW = 2
    NOTE_ROW = 3
    SAME_AS_ROW = 4
    EMPTY = 5
    NO_UNIT = 10
    UNKNOWN_UNIT = 11
    AMBIGUOUS_UNIT = 12
    NO_KPI = 13
    UNKNOWN_KPI = 14
    WRONG_KIND = 15
    UNKNOWN_ITEM = 16
    NO_ITEM = 17
    OTHER_SOURCE = 18
    NO_PERIOD = 20
    BAD_DATE = 21
    MONTH_NOT_OPEN = 22
    FUTURE = 23
    TWO_MONTHS = 24
    NOT_A_NUMBER = 30
    TOO_LARGE = 31
    FORMULA = 32
    SHEET_ERROR = 33
    WRONG_UNIT = 34
    OUT_OF_RANGE = 35
    NO_VALUE = 36
    BAD_DENOMINATOR = 37
    MORE_THAN_ALL = 38
    BAD_SAMPLE = 39
    NO_DENOMINATOR = 40
    DATE_NOT_NUMBER = 41
    CONTRADICTION = 50
    NO_HEADER = 51
    MISREAD = 52
    OVERLAP = 53
    STORED_OVERLAP = 54
    UNKNOWN_CAUSE = 55
    WRONG_CAUSE = 56

    @property
    def code(self) -> str:
        return self.name.lower()


FIRST_REFUSAL = Reason.NO_UNIT

SENTENCES: dict[Reason, Text] = {
    Reason.MISSING: Text(zh="没有数值，按缺数处理", en="no value: counted as missing"),
    Reason.EMPTY: Text(zh="没有数值，按缺数处理", en="no value: counted as missing"),
    Reason.TOTAL_ROW: Text(zh="合计行", en="a row of totals"),
    Reason.NOTE_ROW: Text(zh="注释行", en="a remark"),
    Reason.SAME_AS_ROW: Text(zh="与第 {other} 行相同，只计一次", en="the same as row {other}: counted once"),
    Reason.NO_UNIT: Text(zh="没有写单位", en="no unit is given"),
    Reason.UNKNOWN_UNIT: Text(zh="名册里没有这个单位", en="there is no such unit"),
    Reason.AMBIGUOUS_UNIT: Text(zh="有几个单位叫这个名字，请写编码", en="several units have this name: give the code"),
    Reason.NO_KPI: Text(zh="没有写指标", en="no KPI is given"),
    Reason.UNKNOWN_KPI: Text(zh="没有这个指标", en="there is no such KPI"),
    Reason.WRONG_KIND: Text(
        zh="{kpi} 不在这类单位上记录，只记录在：{kinds}", en="{kpi} is not recorded here but at: {kinds}"
    ),
    Reason.UNKNOWN_ITEM: Text(zh="{kpi} 没有这个分项", en="{kpi} has no such item"),
    Reason.NO_ITEM: Text(zh="{kpi} 要写明分项", en="{kpi} needs its item"),
    Reason.OTHER_SOURCE: Text(zh="{kpi} 不属于这次选的数据来源", en="{kpi} does not belong to the chosen source"),
    Reason.UNKNOWN_CAUSE: Text(
        zh="没有这个原因码；几个原因用分号隔开，件数写在后面，例如 {example}×3",
        en="there is no such cause; several are separated by semicolons, the number of cases behind, such as {example}×3",
    ),
    Reason.WRONG_CAUSE: Text(zh="{kpi} 不会有这个原因", en="this cause is none of {kpi}"),
    Reason.NO_PERIOD: Text(zh="没有写日期或月份", en="no date or month is given"),
    Reason.BAD_DATE: Text(zh="看不懂这个日期", en="this date cannot be read"),
    Reason.MONTH_NOT_OPEN: Text(zh="这个月份现在不收数据", en="this month does not take data now"),
    Reason.FUTURE: Text(zh="日期还没有到", en="this date lies in the future"),
    Reason.TWO_MONTHS: Text(zh="时间段跨了两个月，请按月拆开", en="the span touches two months: split it"),
    Reason.NOT_A_NUMBER: Text(zh="不是数字", en="not a number"),
    Reason.TOO_LARGE: Text(zh="数字太大", en="the number is too large"),
    Reason.FORMULA: Text(zh="公式没有算出的值，请粘贴为数值", en="a formula without its value: paste it as a value"),
    Reason.SHEET_ERROR: Text(zh="表格软件在这一格报错", en="the spreadsheet shows an error here"),
    Reason.WRONG_UNIT: Text(zh="计量单位与 {kpi} 不符", en="the unit of measure is not that of {kpi}"),
    Reason.OUT_OF_RANGE: Text(zh="超出 {kpi} 的范围 {low}–{high}", en="outside the range {low}–{high} of {kpi}"),
    Reason.NO_VALUE: Text(zh="既没有数值，也没有分子和分母", en="neither a value nor numerator and denominator"),
    Reason.BAD_DENOMINATOR: Text(zh="分母必须大于 0", en="the denominator must be above 0"),
    Reason.MORE_THAN_ALL: Text(zh="分子大于分母", en="the numerator is larger than the denominator"),
    Reason.BAD_SAMPLE: Text(zh="有效样本必须是不小于 0 的整数", en="the valid sample must be a whole number from 0"),
    Reason.NO_DENOMINATOR: Text(
        zh="有分子没有分母，或有分母没有分子", en="numerator and denominator must come together"
    ),
    Reason.DATE_NOT_NUMBER: Text(zh="这里是日期，不是数字", en="a date stands here, not a number"),
    Reason.CONTRADICTION: Text(
        zh="与第 {other} 行是同一单位、指标和日期，数值不同",
        en="another value than in row {other} for the same unit, KPI and day",
    ),
    Reason.NO_HEADER: Text(
        zh="找不到表头：要有单位一列，还要有指标一列或以指标为名的列",
        en="no heading found: there must be a column for the unit and one for the KPI, or columns named by KPIs",
    ),
    Reason.OVERLAP: Text(
        zh="与第 {other} 行是同一单位和指标，日期重叠，会重复计算；请统一时间段",
        en="shares days with row {other} for the same unit and KPI, which would count twice: give one kind of period",
    ),
    Reason.STORED_OVERLAP: Text(
        zh="第 {batch} 批已有 {first} 至 {last} 的数，日期重叠会重复计算；请按同样的时间段填报，或先撤回第 {batch} 批",
        en="batch #{batch} holds {first} to {last}, and shared days would count twice: "
        "give the same periods, or withdraw batch #{batch} first",
    ),
    Reason.MISREAD: Text(zh="标记为读错，退回", en="marked as read wrongly"),
}


class Note(IntEnum):
    """Why an odd cell was read as it was; it is taken in."""

    NONE = 0
    FULL_WIDTH = 1
    THOUSANDS = 2
    TEN_THOUSANDS = 3
    SCIENTIFIC = 4
    ROUNDED = 5
    DURATION = 6
    PER_THOUSAND = 7
    FRACTION = 8
    SERIAL_DATE = 9
    SIMILAR_NAME = 10
    CHOSEN_NAME = 11
    SINGLE = 12

    @property
    def code(self) -> str:
        return self.name.lower()


NOTES: dict[Note, Text] = {
    Note.FULL_WIDTH: Text(zh="全角字符", en="full-width characters"),
    Note.THOUSANDS: Text(zh="千分位分隔", en="separators of thousands"),
    Note.TEN_THOUSANDS: Text(zh="以万为单位，已换算", en="in ten thousands, converted"),
    Note.SCIENTIFIC: Text(zh="科学记数，可能已丢失位数", en="scientific notation, digits may be lost"),
    Note.ROUNDED: Text(zh="四舍五入到 6 位小数", en="rounded to 6 decimals"),
    Note.DURATION: Text(zh="按分钟换算", en="converted to minutes"),
    Note.PER_THOUSAND: Text(zh="千分号，已换算成百分数", en="per thousand, converted to per cent"),
    Note.FRACTION: Text(zh="同一指标的其他值是百分数", en="the other values of this KPI are percentages"),
    Note.SERIAL_DATE: Text(zh="表格软件的日期序号", en="a spreadsheet's serial date"),
    Note.SIMILAR_NAME: Text(
        zh="名称只差空格、标点或全半角", en="the name differs in spaces, punctuation or width only"
    ),
    Note.CHOSEN_NAME: Text(zh="按您的选择对应", en="as you chose"),
    Note.SINGLE: Text(zh="没有写有效样本，只算一次观测", en="no valid sample is given: counts as one observation"),
}
