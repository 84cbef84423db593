"""What is said of slips in the writing of a rule book: TOML that is none, and numbers that are none."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches

from core.language import Text

MOST_LISTED = 20
FULL_WIDTH = "，：；（）［］｛｝＝“”‘’【】。０１２３４５６７８９．－＋％"
_ASCII = ",:;()[]{}=\"\"''[].0123456789.-+%"

_QUOTES = Text(
    zh='文字要加引号：method = "ratio"；小数也是："0.6"。',
    en='Texts stand in quotes: method = "ratio"; decimals too: "0.6".',
)
_ONCE = Text(zh="同一个表或字段只写一次，请合并。", en="Write a table or field once; put the two together.")
_INLINE = Text(
    zh="{ … } 与 [ … ] 要闭合；{ … } 写在一行内，末尾不加逗号。",
    en="Close { … } and [ … ]; a { … } stands on one line, without a comma at its end.",
)
_CLOSE = Text(zh="文字前后都要有引号，写在一行内。", en="A text has a quote on either side and stands on one line.")
_LINE = Text(zh="每行写 名称 = 值，或 [表名]。", en="Each line is name = value, or [table].")
_KEY = Text(
    zh='字段名是英文，如 name、method；含汉字或其他符号的代码要加引号："代码"。',
    en='Fields have English names such as name, method; codes of other characters than letters, digits, _ and - stand in quotes: "code".',
)
_BACKSLASH = Text(zh="反斜线写两次，或用单引号。", en="Write the backslash twice, or use single quotes.")

_NUMBER = r"[-+]?[0-9]+(\.[0-9]+)?"
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')

_SLIPS: tuple[tuple[str, str, Text], ...] = (
    (r"Invalid value|Invalid date", "这里的值写得不对", _QUOTES),
    (r"Illegal character|Unterminated string", "文字没有写完", _CLOSE),
    (r"Cannot declare|Cannot overwrite|Cannot redefine|Cannot mutate|Duplicate", "写了两次", _ONCE),
    (r"Unclosed|Expected '\]", "括号没有闭合", _INLINE),
    (r"Unescaped|Invalid hex|Escaped", "反斜线后的字符不对", _BACKSLASH),
    (r"Invalid initial character", "名称写得不对", _KEY),
    (r"Invalid statement|Expected|Found", "这一行写得不对", _LINE),
)


def of_syntax(words: str) -> tuple[Text, Text | None]:
    """Return what the reader of TOML found, in both languages, and what would be right."""
    for pattern, zh, right in _SLIPS:
        if re.match(pattern, words):
            return Text(zh=zh, en=words), right
    return Text(zh=words, en=words), None


def of_full_width(line: str) -> Text | None:
    """Return what would be right where a line has Chinese punctuation outside its texts, None where it has none."""
    bare = _TEXTS.sub("", line).partition("#")[0]
    sign = next((letter for letter in bare if letter in FULL_WIDTH), None)
    if sign is None:
        return None
    half = _ASCII[FULL_WIDTH.index(sign)]
    return Text(zh=f"“{sign}”是全角符号，写 {half} 。", en=f"“{sign}” is a full-width sign; write {half} instead.")


def of_foreign_name(line: str) -> Text | None:
    """Return what would be right where a line begins with a bare name of letters that no field has."""
    return _KEY if re.match(r"\s*\[*\s*[^\W\d_a-zA-Z]", line) else None


def instead_of(name: str, known: Sequence[str]) -> Text | None:
    """Return the nearest of the names that there are, or where none is near a few of them: a far one would mislead."""
    near = known if len(known) == 1 else get_close_matches(name, known, n=1)
    if near:
        return Text(zh=f"最接近的是 {near[0]}。", en=f"The nearest is {near[0]}.")
    listed, more = ", ".join(known[:MOST_LISTED]), len(known) > MOST_LISTED
    zh, en = (" 等", " and others") if more else ("", "")
    return Text(zh=f"有 {listed}{zh}。", en=f"There are {listed}{en}.") if known else None


def of_table(path: str, given: object) -> Text:
    """Return how a table is written, in place of what is none."""
    last = path.rpartition(".")[2]
    if isinstance(given, list) and given and all(isinstance(one, Mapping) for one in given):
        return Text(zh=f"写 [{path}.名称]，不写 [[{path}]]。", en=f"Write [{path}.CODE], not [[{path}]].")
    if isinstance(given, int) and not isinstance(given, bool):
        return Text(zh=f"写 {last} = {{ default = {given} }}。", en=f"Write {last} = {{ default = {given} }}.")
    return Text(zh=f"写 {last} = {{ 名称 = 值 }}。", en=f"Write {last} = {{ name = value }}.")


def of_pair(path: str, given: object) -> Text | None:
    """Return how a name is written in both languages, in place of one text."""
    if not isinstance(given, str) or not given.strip():
        return None
    zh, en = ("…", given) if given.isascii() else (given, "…")
    right = f'{path.rpartition(".")[2]} = {{ zh = "{zh[:MOST_LISTED]}", en = "{en[:MOST_LISTED]}" }}'
    return Text(zh=f"写 {right}。", en=f"Write {right}.")


def of_parameter(name: str, given: Mapping[str, object]) -> Text | None:
    """Return where a parameter of the method belongs that stands beside `params`, None for what is no parameter."""
    from scoring.method_specs import common, methods

    own = methods().get(str(given.get("method")))
    known = own.params if own else [param for one in methods().values() for param in one.params]
    if name not in {param.name for param in (*known, *common())}:
        return None
    zh = f"它是计分方法的参数，写在 params 里：params = {{ {name} = … }}。"
    en = f"It is a parameter of the method and stands inside params: params = {{ {name} = … }}."
    return Text(zh=zh, en=en)


def of_list(path: str, given: str) -> Text:
    """Return how words are written as a list, in place of a text."""
    words = ", ".join(f'"{word}"' for word in re.split(r"[\s,，、;；]+", given) if word)
    right = f"{path.rpartition('.')[2]} = [{words}]"
    return Text(zh=f"写 {right}。", en=f"Write {right}.")


def of_whole(given: object) -> Text | None:
    """Return how a whole number is written that stands in quotes or in full-width digits."""
    bare = unicodedata.normalize("NFKC", given).strip() if isinstance(given, str) else ""
    if not re.fullmatch(r"-?[0-9]{1,9}", bare):
        return None
    return Text(zh=f"不加引号，写 {bare}。", en=f"Without quotes: {bare}.")


def of_number(given: object) -> Text:
    """Return how a number is written, in place of what is none."""
    text = unicodedata.normalize("NFKC", str(given)).strip()
    if isinstance(given, Mapping):
        return Text(
            zh='写数，或 { column = "…" }、{ population = "mean" } 一类。',
            en='Write a number, or such as { column = "…" } or { population = "mean" }.',
        )
    if re.fullmatch(r"[0-9]+(\.[0-9]+)? ?%", text):
        bare = text.rstrip("% ")
        share = f"{Decimal(bare).scaleb(-2):f}"
        return Text(
            zh=f"不写百分号：按百分点写 {bare}；表示份额时写 {share}。",
            en=f"Leave out the sign: in per cent write {bare}, as a share {share}.",
        )
    if text != str(given).strip() and re.fullmatch(_NUMBER, text):
        return Text(zh=f"这是全角数字，用半角写 {text}。", en=f"These are full-width digits; write {text}.")
    if re.fullmatch(r"[-+]?[0-9]+\.?[0-9]*", text, re.ASCII):
        return Text(zh="小数点前后各最多 30 位。", en="At most 30 digits stand either side of the point.")
    if re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text):
        bare = text.replace(",", "")
        return Text(zh=f"千位不加逗号：写 {bare}。", en=f"Thousands have no comma: write {bare}.")
    if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", text):
        bare = text.replace(",", ".")
        return Text(zh=f'小数写点，不写逗号："{bare}"。', en=f'Decimals have a point and no comma: "{bare}".')
    numbers = re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text)
    right = f"{numbers[0]}" if len(numbers) == 1 else '40 或 "0.6"'
    return Text(
        zh=f"只写数字与小数点：{right}。", en=f"Write digits and a point alone: {right.replace(' 或 ', ' or ')}."
    )
