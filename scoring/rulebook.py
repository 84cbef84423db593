"""The rule book: everything that may differ between competitions, as one immutable, fingerprinted document.

`parsed` reads TOML and refuses what has no meaning, naming every place; `scoring.book_checks.checked` looks deeper
(parameters of the methods, weights that do not add up, cliffs) and returns graded problems.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from core.errors import Invalid
from core.language import Text
from core.points import exact
from scoring import book_text
from scoring.book_canonical import canonical_bytes
from scoring.book_causes import Cause, cause_references
from scoring.book_files import FileScheme
from scoring.book_parts import (
    Activity,
    Checklist,
    ChecklistItem,
    DepartmentRow,
    Item,
    Kpi,
    PeerGroup,
    Process,
    Rounding,
    Source,
    Target,
    Theme,
    UnitKind,
)
from scoring.book_reading import Reader
from scoring.book_result_checks import check_results, result_references
from scoring.book_results import ClassRule, Season
from scoring.book_terms import (
    Award,
    Bar,
    Board,
    Breaker,
    Coaching,
    Composition,
    DepartmentRules,
    Grade,
    Measure,
    Part,
    RedLine,
    TriggerRule,
)
from scoring.book_trees import Node, Tree
from scoring.tree.checking import check_trees
from scoring.tree.nominal import nominal_shares, unweighed

__all__ = [
    "Activity",
    "Award",
    "Bar",
    "Board",
    "Breaker",
    "Cause",
    "Checklist",
    "ChecklistItem",
    "ClassRule",
    "Coaching",
    "Composition",
    "DepartmentRow",
    "DepartmentRules",
    "FileScheme",
    "Grade",
    "Item",
    "Kpi",
    "Measure",
    "Node",
    "Part",
    "PeerGroup",
    "Process",
    "RedLine",
    "Rounding",
    "RuleBook",
    "Season",
    "Source",
    "Target",
    "Theme",
    "Tree",
    "TriggerRule",
    "UnitKind",
    "canonical",
    "fingerprint",
    "parsed",
]

MOST_SCORE_PLACES, MOST_TOTAL_PLACES = 12, 2
"""Totals of flat cards are cents; the total of a tree is as fine as its nodes leave it."""
Scorecard = dict[str, Decimal]


class RuleBook(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the rules. Tables keep the order of the document; `scorecards` are kind → KPI → weight.

    `extras` are KPIs scored and shown beside the card, outside its total, with their weight inside their process.
    """

    code: str
    name: Text
    purpose: Text = Text(zh="", en="")
    time_zone: str = "Asia/Shanghai"
    fair_play: tuple[Text, ...] = ()
    kinds: dict[str, UnitKind]
    processes: dict[str, Process]
    sources: dict[str, Source] = msgspec.field(default_factory=dict)
    kpis: dict[str, Kpi]
    scorecards: dict[str, Scorecard] = msgspec.field(default_factory=dict)
    extras: dict[str, Scorecard] = msgspec.field(default_factory=dict)
    trees: dict[str, Tree] = msgspec.field(default_factory=dict)
    """Cards of kinds that are trees of nodes; such a kind has no scorecard."""
    targets: tuple[Target, ...] = ()
    """What differs from the parameters of the KPIs; the most specific that fits wins, then the last written."""
    departments: dict[str, DepartmentRow] = msgspec.field(default_factory=dict)
    responsibility: dict[str, dict[str, Decimal]] = msgspec.field(default_factory=dict)
    responsibility_kpis: dict[str, dict[str, Decimal]] = msgspec.field(default_factory=dict)
    causes: dict[str, Cause] = msgspec.field(default_factory=dict)
    department: DepartmentRules = DepartmentRules()
    themes: dict[str, Theme] = msgspec.field(default_factory=dict)
    months: dict[int, str] = msgspec.field(default_factory=dict)
    composition: Composition = Composition()
    boards: dict[str, Board] = msgspec.field(default_factory=dict)
    measures: dict[str, Measure] = msgspec.field(default_factory=dict)
    seasons: dict[str, Season] = msgspec.field(default_factory=dict)
    classes: dict[str, ClassRule] = msgspec.field(default_factory=dict)
    red_lines: dict[str, RedLine] = msgspec.field(default_factory=dict)
    awards: dict[str, Award] = msgspec.field(default_factory=dict)
    coaching: Coaching = Coaching()
    checklist: Checklist = Checklist()
    files: FileScheme | None = None

    def measure_of(self, kind: str) -> Measure | None:
        """Return the blended measure a kind is ranked by, None when its card alone decides."""
        return next((measure for measure in self.measures.values() if kind in measure.kinds), None)

    def targets_of(self, kpi: str) -> tuple[Target, ...]:
        """Return what differs from the parameters of a KPI, as written."""
        return tuple(target for target in self.targets if target.kpi == kpi)

    def kpis_of(self, kind: str) -> tuple[str, ...]:
        """Return the KPIs scored for a kind in the order of the columns: its card, then its extras."""
        return (*self.card_kpis(kind), *self.extras.get(kind, {}))

    def cards(self) -> tuple[str, ...]:
        """Return the kinds that have a card, flat or a tree."""
        return (*self.scorecards, *(kind for kind in self.trees if kind not in self.scorecards))

    def card_kpis(self, kind: str) -> tuple[str, ...]:
        """Return the KPIs in the total of a kind, without those beside it; empty where it has no card."""
        tree = self.trees.get(kind)
        return tree.leaves() if tree else tuple(self.scorecards.get(kind, ()))

    def weights_of(self, kind: str) -> dict[str, Fraction]:
        """Return the weight in per cent of each KPI in the total of a kind, before any is missing."""
        tree = self.trees.get(kind)
        if tree:
            return {code: share * 100 for code, share in nominal_shares(tree).items()}
        return {code: exact(weight) for code, weight in self.scorecards.get(kind, {}).items()}

    def unweighed(self, kind: str) -> frozenset[str]:
        """Return the KPIs of a kind that have no weight on paper, for a formula stands above them."""
        return unweighed(self.trees[kind]) if kind in self.trees else frozenset()

    def holds_last(self, kind: str, code: str) -> bool:
        """Return whether last period's score of a KPI may stand in on the card of a kind: by the KPI or a node above."""
        tree = self.trees.get(kind)
        above = [node for node in tree.nodes.values() if code in node.children] if tree else []
        return self.kpis[code].missing == "hold_last" or any(node.missing == "hold_last" for node in above)

    def held_nodes(self) -> tuple[str, ...]:
        """Return the nodes of all trees whose value of last period may stand in under the node above them."""
        return tuple(
            dict.fromkeys(
                child
                for tree in self.trees.values()
                for node in tree.nodes.values()
                for child in node.children
                if node.missing == "hold_last" and child in tree.nodes
            )
        )

    def grade_of(self, total: int) -> Grade | None:
        """Return the word for a total in cents."""
        ordered = sorted(self.composition.grades, key=lambda grade: -grade.at_least)
        return next((grade for grade in ordered if total >= grade.at_least * 100), None)


def parsed(text: str, source: str = "rulebook.toml") -> RuleBook:
    """Return the rule book of a TOML document; Invalid with every problem and its path."""
    document = book_text.document(text, source)
    reader = Reader(source)
    book: RuleBook = reader.struct(RuleBook, document, "")
    if not reader.problems:
        _known_names(book, reader)
        check_trees(book, reader)
        _decimals(book, reader)
        check_results(book, reader)
    if reader.problems:
        raise Invalid(*reader.problems)
    return book


def canonical(book: RuleBook) -> bytes:
    """Return the same bytes for the same rules, however their document was laid out."""
    return canonical_bytes(book)


def fingerprint(book: RuleBook) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(book)).hexdigest()


def _decimals(book: RuleBook, reader: Reader) -> None:
    """Report roundings that the numbers of a card cannot hold."""
    for name, most in (("score_places", MOST_SCORE_PLACES), ("total_places", MOST_TOTAL_PLACES)):
        if not 0 <= getattr(book.composition, name) <= most:
            zh, en = f"应在 0 与 {most} 之间。", f"It must lie between 0 and {most}."
            reader.report("bad_places", f"composition.{name}", zh, en)


def _known_names(book: RuleBook, reader: Reader) -> None:
    """Report every name that points nowhere."""
    for at, name, known in _references(book):
        if name not in known:
            reader.unknown("unknown_name", at, name, list(known))


def _references(book: RuleBook) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return (path, name, table it must stand in) for every name that points somewhere."""
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for code, kpi in book.kpis.items():
        found.append((f"kpis.{code}.process", kpi.process, book.processes))
        if book.sources and kpi.source:
            found.append((f"kpis.{code}.source", kpi.source, book.sources))
        found.extend((f"kpis.{code}.recorded_by", kind, book.kinds) for kind in (*kpi.recorded_by, *kpi.stays_with))
    for table, cards in (("scorecards", book.scorecards), ("extras", book.extras)):
        for kind, card in cards.items():
            found.append((f"{table}.{kind}", kind, book.kinds))
            found.extend((f"{table}.{kind}.{code}", code, book.kpis) for code in card)
    for process, shares in book.responsibility.items():
        found.append((f"responsibility.{process}", process, book.processes))
        found.extend((f"responsibility.{process}.{code}", code, book.departments) for code in shares)
    found.extend(cause_references(book.responsibility_kpis, book.causes, book.kpis, book.departments))
    for code, theme in book.themes.items():
        found.extend((f"themes.{code}.doubled", name, book.kpis) for name in theme.doubled)
    found.extend((f"months.{month}", theme, book.themes) for month, theme in book.months.items())
    return found + _target_references(book) + _contest_references(book)


def _target_references(book: RuleBook) -> list[tuple[str, str, Mapping[str, Any]]]:
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    recorded = {code: kpi for code, kpi in book.kpis.items() if not kpi.reads}
    found.extend((f"kpis.{code}.reads", kpi.reads, recorded) for code, kpi in book.kpis.items() if kpi.reads)
    for at, target in enumerate(book.targets):
        kinds = [book.kinds[target.kind]] if target.kind in book.kinds else book.kinds.values()
        groups = {group.code: group for kind in kinds for group in kind.groups}
        names = (("kpi", target.kpi, book.kpis), ("kind", target.kind, book.kinds), ("group", target.group, groups))
        # Where no groups are listed, files may name any.
        found.extend((f"targets[{at}].{field}", name, known) for field, name, known in names if name and known)
    return found


def _contest_references(book: RuleBook) -> list[tuple[str, str, Mapping[str, Any]]]:
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for code, award in book.awards.items():
        found.extend((f"awards.{code}.kinds", kind, book.kinds) for kind in award.kinds)
        found.extend((f"awards.{code}.at_most", kind, book.kinds) for kind in award.at_most)
        found.extend((f"awards.{code}.bars", bar.kpi, book.kpis) for bar in award.bars if bar.kpi)
        found.extend((f"awards.{code}.bars", bar.process, book.processes) for bar in award.bars if bar.process)
    for code, measure in book.measures.items():
        found.extend((f"measures.{code}.kinds", kind, book.kinds) for kind in measure.kinds)
    found.extend((f"boards.{kind}", kind, book.kinds) for kind in book.boards)
    extras = (book.department.tasks_kpi, book.department.internal_kpi, *book.department.bonus_kpis)
    found.extend(("department", code, book.kpis) for code in extras if code)
    found.extend((f"checklist.items.{code}.kpi", item.kpi, book.kpis) for code, item in book.checklist.items.items())
    found.extend(result_references(book))
    return found
