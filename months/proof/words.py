"""What a check found, said to people: equal, or where not."""

from core.language import Text
from months.proof.report import FIELDS, Difference, Report
from months.seal import grouped

EQUAL = Text(
    zh="一致：由事实重新算出的结果与封存的完全相同。",
    en="Equal: computed again from the facts, the result is the sealed one.",
)
PARTLY = Text(
    zh="摘要、规则与事实一致；这个月由较早的版本封存，缺少重算所需的内容。",
    en="Digest, rules and facts agree; the month was sealed by an earlier release and lacks what computing it again takes.",
)
NOT_EQUAL = Text(zh="不一致：{n} 处。", en="Not equal: {n} places.")
_SHORT = 12
_WHAT: dict[str, Text] = {
    "digest": Text(zh="结果文档的摘要应为 {sealed}，实为 {found}", en="the digest of the document should be {sealed} and is {found}"),
    "published": Text(zh="公布的摘要是 {sealed}，核对包的摘要是 {found}", en="the digest made public is {sealed}, that of the bundle {found}"),
    "rules": Text(zh="规则书的指纹应为 {sealed}，实为 {found}", en="the fingerprint of the rules should be {sealed} and is {found}"),
    "facts": Text(zh="{month} 的事实：摘要应为 {sealed}，实为 {found}", en="facts of {month}: the digest should be {sealed} and is {found}"),
    "file": Text(zh="文件 {field} 与目录不符", en="the entry {field} is not what the directory says"),
    "unreadable": Text(zh="无法用其中的数值计算：{found}", en="nothing can be computed with its values: {found}"),
}  # fmt: skip
_PLACED = Text(zh="{where}：封存为 {sealed}，重算为 {found}", en="{where}: sealed as {sealed}, computed as {found}")
_NEVER = Text(zh="没有", en="nothing")
_THERE = Text(zh="有", en="there")


def told(one: Difference) -> Text:
    """Return one difference as a sentence without its end."""
    if one.what in _WHAT:
        values = {
            "sealed": _cut(one.sealed),
            "found": _cut(one.found),
            "month": one.month or "",
            "field": one.field or "",
        }
        return _WHAT[one.what].format(**values)
    return _PLACED.format(where=_where(one), sealed=_value(one.sealed), found=_value(one.found))


def summary(report: Report) -> Text:
    """Return the one sentence of a check."""
    if report.equal and not report.computed:
        return PARTLY
    return EQUAL if report.equal else NOT_EQUAL.format(n=len(report.differences) + report.more)


def compared(report: Report) -> Text:
    """Return how much was compared."""
    words = Text(
        zh="{month} 第 {version} 版：{facts} 条事实，{units} 个单位，{lines} 个得分项；摘要 {digest}",
        en="{month}, version {version}: {facts} facts, {units} units, {lines} lines; digest {digest}",
    )
    return words.format(
        month=report.month, version=report.version, facts=report.facts, units=report.units, lines=report.lines,
        digest=grouped(report.found_digest),
    )  # fmt: skip


def _where(one: Difference) -> Text:
    parts = [part for part in (one.unit, one.kpi) if part]
    name = FIELDS.get(one.field or "")
    if one.what == "award":
        return Text(zh=" · ".join([*parts, f"奖项 {one.field}"]), en=" · ".join([*parts, f"award {one.field}"]))
    if one.field is None:
        return Text(zh=" · ".join(parts), en=" · ".join(parts))
    return Text(
        zh=" · ".join([*parts, name.zh if name else one.field]), en=" · ".join([*parts, name.en if name else one.field])
    )


def _value(text: str | None) -> Text:
    if text in {None, "-"}:
        return _NEVER
    return _THERE if text == "+" else Text(zh=str(text), en=str(text))


def _cut(text: str | None) -> str:
    """Return a digest short enough for a line, other words as they are."""
    found = text or "–"
    return f"{found[:_SHORT]}…" if len(found) == 64 else found  # noqa: PLR2004 - digits of a SHA-256
