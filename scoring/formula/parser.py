"""The grammar: conditions, or, and, not, comparisons, sums, products, signs, functions; types are checked on the way."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import NoReturn, TypeAlias

from scoring.formula.names import by_identifier, instead_of, is_condition, nearest
from scoring.formula.refusals import refusal, shown
from scoring.formula.roots import FINEST_EXPONENT, MOST_EXPONENT
from scoring.formula.scalar import value_of
from scoring.formula.syntax import COMPARISONS, FUNCTIONS, Kind, Node
from scoring.formula.tokens import Token, tokens

Value: TypeAlias = Fraction | bool | str | int | tuple[str, ...] | None

MOST_NODES = 200
MOST_DEPTH = 40
MOST_PLACES = 12
MOST_FACTORS = 12
"""So many names may be multiplied with one another, counted through brackets and divisions."""
KINDS: Mapping[Kind, tuple[str, str]] = {"number": ("数", "a number"), "truth": ("条件", "a condition")}
AS_TRUTH = ("用比较写成条件，如 x > 0。", "Make it a condition by a comparison, such as x > 0.")
AS_NUMBER = ("条件写成数：1 if 条件 else 0。", "A condition becomes a number by 1 if … else 0.")

AS_CHOICE = (
    "条件写 a if c else b，如 100 if value >= 90 else 60。",
    "Write a if c else b, such as 100 if value >= 90 else 60.",
)
COMMA = ("小数写 0.5，千位不加逗号：1000。", "Decimals have a point: 0.5; thousands have no comma: 1000.")


class Parser:
    """Reads one formula from its tokens; every method returns the node of the rule it is named after."""

    def __init__(self, text: str, names: Mapping[str, Kind], path: str) -> None:
        self.path = path
        self.names = names
        self.bare = by_identifier(names)
        self.tokens = tokens(text, path)
        self.at = 0
        self.nodes = 0
        self.depth = 0

    def whole(self, wanted: Kind | None) -> Node:
        """Return the tree of the whole text; Invalid where something is left over."""
        if self.ended():
            self.refuse(
                "empty", self.now, "公式是空的", "the formula is empty", ("例如 value * 2。", "For example value * 2.")
            )
        tree = self.condition()
        if not self.ended():
            what = shown(self.now.text)
            right = COMMA if what == "," else ("这里应是运算符或结尾。", "An operator or the end belongs here.")
            self.refuse("syntax", self.now, f"多出“{what}”", f"“{what}” is left over", right)
        return self.typed(tree, wanted) if wanted else tree

    def condition(self) -> Node:
        self.deeper()
        yes = self.any_of()
        if self.word("if"):
            test = self.typed(self.any_of(), "truth")
            if not self.word("else"):
                right = ("写 a if 条件 else b。", "Write a if condition else b.")
                self.refuse("syntax", self.now, "if 缺少 else", "this if has no else", right)
            no = self.typed(self.condition(), yes.kind)
            yes = self.node("if", yes.kind, (yes.start, no.end), (test, yes, no))
        self.depth -= 1
        return yes

    def any_of(self) -> Node:
        return self.joined("or", self.all_of())

    def all_of(self) -> Node:
        return self.joined("and", self.negation())

    def joined(self, word: str, first: Node) -> Node:
        parts = [first]
        while self.word(word):
            parts.append(self.all_of() if word == "or" else self.negation())
        if len(parts) == 1:
            return first
        return self.node(
            word, "truth", (first.start, parts[-1].end), tuple(self.typed(part, "truth") for part in parts)
        )

    def negation(self) -> Node:
        start = self.now.start
        if not self.word("not"):
            return self.comparison()
        self.deeper()
        part = self.typed(self.negation(), "truth")
        self.depth -= 1
        return self.node("not", "truth", (start, part.end), (part,))

    def comparison(self) -> Node:
        parts, signs = [self.sum()], []
        while self.now.sort == "sign" and self.now.text in COMPARISONS:
            signs.append(self.take().text)
            parts.append(self.sum())
        if not signs:
            return parts[0]
        numbers = tuple(self.typed(part, "number") for part in parts)
        return self.node("compare", "truth", (parts[0].start, parts[-1].end), numbers, tuple(signs))

    def sum(self) -> Node:
        left = self.product()
        while self.sign("+", "-"):
            left = self.paired(self.take().text, left, self.product())
        return left

    def product(self) -> Node:
        left = self.signed()
        while self.sign("*", "/"):
            sign = self.take()
            left = self.paired(sign.text, left, self.signed())
            if sign.text == "/" and left.parts[1].op == "number" and left.parts[1].number == 0:
                right = ("除数要能不为零。", "Divide by something that can differ from zero.")
                self.refuse("zero", sign, "除以零", "division by zero", right)
        return left

    def paired(self, op: str, left: Node, right: Node) -> Node:
        parts = (self.typed(left, "number"), self.typed(right, "number"))
        return self.node(op, "number", (left.start, right.end), parts)

    def signed(self) -> Node:
        if not self.sign("+", "-"):
            return self.atom()
        sign = self.take()
        self.deeper()
        part = self.typed(self.signed(), "number")
        self.depth -= 1
        return part if sign.text == "+" else self.node("negative", "number", (sign.start, part.end), (part,))

    def atom(self) -> Node:
        token = self.take()
        if token.sort == "number":
            return self.node("number", "number", (token.start, token.end), (), token.number)
        if token.sort == "quoted":
            return self.named(token, token.text if token.text in self.names else None)
        if token.sort == "name":
            return self.word_or_name(token)
        if token.sort != "sign" or token.text != "(":
            self.astray(token)
        inner = self.condition()
        return replace(inner, start=token.start, end=self.closed("(").end)

    def astray(self, token: Token) -> NoReturn:
        what = shown(token.text)
        right = ("这里应是数、名称或括号。", "A number, a name or a bracket belongs here.")
        if token.sort == "end":
            self.refuse("syntax", token, "公式没有写完", "the formula stops too early", right)
        self.refuse("syntax", token, f"“{what}”不能在这里", f"“{what}” cannot stand here", right)

    def word_or_name(self, token: Token) -> Node:
        if self.sign("("):
            return self.call(token)
        if token.text in {"true", "false"}:
            return self.node("truth", "truth", (token.start, token.end), (), token.text == "true")
        meant = (token.text,) if token.text in self.names else self.bare.get(token.text, ())
        if not meant and token.text == "missing":
            return self.node("missing", "number", (token.start, token.end), ())
        if len(meant) > 1:
            either = "、".join(f"`{code}`" for code in meant[:4])
            right = (f"写 {either} 之一。", f"Write one of {either.replace('、', ', ')}.")
            self.refuse("name", token, f"“{token.text}”不明确", f"“{token.text}” is ambiguous", right)
        return self.named(token, meant[0] if meant else None)

    def named(self, token: Token, code: str | None) -> Node:
        if code is None:
            what, near = shown(token.text), nearest(token.text, (*self.bare, *self.names))
            listed = ", ".join(list(self.names)[:8])
            right = (
                (f"最接近的是 {near}。", f"The nearest is {near}.")
                if near
                else (f"有 {listed}。", f"There are {listed}.")
            )
            self.refuse("name", token, f"没有“{what}”", f"there is no “{what}”", right)
        return self.node("name", self.names[code], (token.start, token.end), (), code)

    def call(self, token: Token) -> Node:
        if token.text not in FUNCTIONS:
            what, right = shown(token.text), instead_of(token.text)
            self.refuse("function", token, f"没有函数“{what}”", f"there is no function “{what}”", right)
        self.take()
        arguments = [] if self.sign(")") else [self.condition()]
        while self.sign(","):
            self.take()
            arguments.append(self.condition())
        end = self.closed(",").end
        self.counted(token, len(arguments))
        if token.text == "round" and len(arguments) > 1:
            return self.rounding(token, arguments, end)
        if token.text == "power":
            return self.raised(token, arguments, end)
        numbers = tuple(self.typed(argument, "number") for argument in arguments)
        kind: Kind = "truth" if token.text == "known" else "number"
        return self.node(token.text, kind, (token.start, end), numbers)

    def rounding(self, token: Token, arguments: list[Node], end: int) -> Node:
        places = arguments[1]
        if places.op != "number" or places.number.denominator != 1 or places.number > MOST_PLACES:
            right = (f"位数写作 0 到 {MOST_PLACES} 的整数。", f"Places are a whole number from 0 to {MOST_PLACES}.")
            self.refuse("arguments", places, "位数不对", "these are no places", right)
        part = self.typed(arguments[0], "number")
        return self.node("round", "number", (token.start, end), (part,), places.number.numerator)

    def raised(self, token: Token, arguments: list[Node], end: int) -> Node:
        base, above = (self.typed(argument, "number") for argument in arguments)
        found = None if any(node.op == "name" for node in above.each()) else value_of(above, {})
        exponent = None if found is None else Fraction(found)
        if exponent is None or abs(exponent) > MOST_EXPONENT or exponent.denominator > FINEST_EXPONENT:
            right = (
                f"指数写作不含名称、在 ±{MOST_EXPONENT} 之间的数，例如 2、0.5、1/3。",
                f"An exponent is a number without names within ±{MOST_EXPONENT}, such as 2, 0.5 or 1/3.",
            )
            self.refuse("arguments", above, "指数不对", "this is no exponent", right)
        return self.node("power", "number", (token.start, end), (base,), exponent)

    def counted(self, token: Token, given: int) -> None:
        least, most = FUNCTIONS[token.text]
        if not least <= given <= most:
            span = str(least) if least == most else f"{least}–{most}"
            right = (f"需要{span}个。", f"It takes {span}.")
            en = f"{token.text} is given {given} arguments"
            self.refuse("arguments", token, f"{token.text} 有{given}个参数", en, right)

    def closed(self, opened: str) -> Token:
        token = self.take()
        if token.text != ")" or token.sort != "sign":
            zh, en = (")", ")") if opened == "(" else (") 或 ,", ") or ,")
            right = (f"这里应是 {zh}。", f"Here belongs {en}.")
            self.refuse("syntax", token, "括号没有闭合", "a bracket is not closed", right)
        return token

    def typed(self, node: Node, wanted: Kind) -> Node:
        if node.kind != wanted:
            is_zh, is_en = KINDS[node.kind]
            zh, en = KINDS[wanted]
            right = AS_TRUTH if wanted == "truth" else AS_NUMBER
            self.refuse("type", node, f"这里应是{zh}，不是{is_zh}", f"here belongs {en}, not {is_en}", right)
        return node

    def node(self, op: str, kind: Kind, span: tuple[int, int], parts: tuple[Node, ...], value: Value = None) -> Node:
        self.nodes += 1
        below = [part.factors for part in parts if part.kind == "number"]
        factors = 1 if op == "name" else sum(below) if op in {"*", "/"} else max(below, default=0)
        factors *= ceil(abs(value)) if op == "power" and isinstance(value, Fraction) else 1
        node = Node(op, kind, span[0], span[1], parts, value, factors)
        if self.nodes > MOST_NODES:
            right = (f"最多{MOST_NODES}项。", f"At most {MOST_NODES} parts.")
            self.refuse("too_large", node, "公式太大", "the formula is too large", right)
        if factors > MOST_FACTORS:
            right = (
                f"最多{MOST_FACTORS}个名称相乘，一部分可另设节点。",
                f"At most {MOST_FACTORS} names may be multiplied; put a part into a node of its own.",
            )
            self.refuse("factors", node, "相乘的名称太多", "too many names are multiplied", right)
        return node

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            right = (f"最多{MOST_DEPTH}层。", f"At most {MOST_DEPTH} levels.")
            self.refuse("too_deep", self.now, "嵌套太深", "nested too deep", right)

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def ended(self) -> bool:
        return self.now.sort == "end"

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token.sort != "end":
            self.at += 1
        return token

    def word(self, word: str) -> bool:
        if self.now.sort == "name" and self.now.text == word:
            self.at += 1
            return True
        return False

    def sign(self, *signs: str) -> bool:
        return self.now.sort == "sign" and self.now.text in signs

    def refuse(self, code: str, at: Token | Node, zh: str, en: str, right: tuple[str, str]) -> NoReturn:
        if isinstance(at, Token) and at.sort == "name" and is_condition(at.text):
            right = AS_CHOICE
        raise refusal(code, (self.path, at.start), zh, en, right)
