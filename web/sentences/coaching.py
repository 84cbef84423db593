"""Fixed sentences of the coaching pages."""

from core.language import Text

NOTE = Text(
    zh="帮扶名单只有本单位、上级和组织者看得到。",
    en="Only the unit itself, its managers and the organisers see this list.",
)
EMPTY = Text(zh="您这里没有进行中的帮扶。", en="Nobody you look after is being coached.")
ALL_OPEN = Text(zh="全部进行中", en="all that are open")
TITLE = Text(zh="帮扶", en="Coaching")
GOES_ON = Text(zh="上期帮扶没有解除", en="earlier help was not lifted")
DONE = Text(zh="五步已完成", en="all five steps done")
OUTCOMES: dict[str, Text] = {
    "lifted": Text(zh="解除", en="lifted"),
    "extended": Text(zh="延长", en="extended"),
    "escalated": Text(zh="升级", en="escalated"),
}
