"""Names and numbers of seasons, classes and tie-breaks that make no sense, each with its path."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scoring.book_results import ClassStep, Season, SeasonBreaker

if TYPE_CHECKING:
    from scoring.book_reading import Reader
    from scoring.rulebook import RuleBook

SEASON = "season:"
KPI = "kpi:"
COUNTBACKS = ("place", "best", "latest")
Reference = tuple[str, str, Mapping[str, Any]]


def quantities(book: "RuleBook", kind: str) -> dict[str, Any]:
    """Return the names that a quantity of a round may have: total, nodes and processes, and KPIs as kpi:CODE."""
    tree = book.trees.get(kind)
    nodes = tree.nodes if tree else {}
    names = ["total", *nodes, *book.processes, *(KPI + code for code in book.kpis_of(kind))]
    return dict.fromkeys(names)


def result_references(book: "RuleBook") -> Iterator[Reference]:
    """Yield (path, name, table it must stand in) for every name in seasons, classes, and what uses them."""
    for code, season in book.seasons.items():
        yield f"seasons.{code}.kind", season.kind, book.kinds
        known = quantities(book, season.kind)
        yield f"seasons.{code}.of", season.of, known
        for at, breaker in enumerate(season.breakers):
            path = f"seasons.{code}.breakers[{at}]"
            if breaker.countback is not None:
                counted = [*COUNTBACKS, *(KPI + kpi for kpi in book.kpis)]
                yield f"{path}.countback", breaker.countback, dict.fromkeys(counted)
            if breaker.field is not None:
                yield f"{path}.field", breaker.field, known
    for code, rule in book.classes.items():
        yield f"classes.{code}.kind", rule.kind, book.kinds
        seasons = [SEASON + name for name, season in book.seasons.items() if season.kind == rule.kind]
        yield f"classes.{code}.of", rule.of, {**quantities(book, rule.kind), **dict.fromkeys(seasons)}
    yield from _board_references(book)
    yield from _class_uses(book)
    yield from _file_references(book)


def _file_references(book: "RuleBook") -> Iterator[Reference]:
    files = book.files
    if files is None:
        return
    if files.kind is not None:
        yield "files.kind", files.kind, book.kinds
    for field, columns in (("values", files.values), ("counts", files.counts), ("units_values", files.units_values)):
        for kpi in columns:
            yield f"files.{field}.{kpi}", kpi, book.kpis
    for name, column in files.constants.items():
        for kpi in column.kpis:
            yield f"files.constants.{name}.kpis", kpi, book.kpis


def _board_references(book: "RuleBook") -> Iterator[Reference]:
    for kind, board in book.boards.items():
        tree = book.trees.get(kind)
        for at, breaker in enumerate(board.breakers):
            path = f"boards.{kind}.breakers[{at}]"
            if breaker.node is not None:
                yield f"{path}.node", breaker.node, tree.nodes if tree else {}
            if breaker.process is not None:
                yield f"{path}.process", breaker.process, book.processes
            for field, kpi in (("kpi", breaker.kpi), ("items_of", breaker.items_of)):
                if kpi is not None:
                    yield f"{path}.{field}", kpi, book.kpis


def _uses(book: "RuleBook") -> list[tuple[str, str | None, str | None]]:
    """Return path, class and step wherever a class is used."""
    used = [
        (f"awards.{code}.bars", bar.class_code, bar.step) for code, award in book.awards.items() for bar in award.bars
    ]
    for kind, rule in book.coaching.rules.items():
        used += [(f"coaching.rules.{kind}.classes", one.class_code, one.step) for one in rule.classes]
    return used


def _class_uses(book: "RuleBook") -> Iterator[Reference]:
    for path, name, step in _uses(book):
        if name is not None:
            yield path, name, book.classes
            if step is not None and name in book.classes:
                yield path, step, {one.code: one for one in book.classes[name].steps}


def check_results(book: "RuleBook", reader: "Reader") -> None:
    """Report numbers and combinations without a meaning."""
    for code, season in book.seasons.items():
        _check_season(season, f"seasons.{code}", reader)
    for code, rule in book.classes.items():
        if not rule.steps:
            reader.report("no_steps", f"classes.{code}.steps", "至少要有一档。", "At least one step is needed.")
        for at, step in enumerate(rule.steps):
            _check_step(step, f"classes.{code}.steps[{at}]", reader)
    _check_roundings(book, reader)
    _check_uses(book, reader)
    _check_boards(book, reader)


def _check_roundings(book: "RuleBook", reader: "Reader") -> None:
    """Report what a season cannot be rounded by at all; nodes are looked at with their trees."""
    for code, season in book.seasons.items():
        if season.round is not None and season.round.step is not None and season.round.step <= 0:
            zh, en = "步长必须大于零。", "A step must be above zero."
            reader.report("bad_rounding", f"seasons.{code}.round.step", zh, en)
        elif season.round is not None and (season.round.places or 0) < 0:
            zh, en = "小数位数不能为负。", "Decimals cannot be negative."
            reader.report("bad_rounding", f"seasons.{code}.round.places", zh, en)


def _check_uses(book: "RuleBook", reader: "Reader") -> None:
    for path, name, _ in _uses(book):
        if name in book.classes and book.classes[str(name)].of.startswith(SEASON):
            zh, en = "奖项和帮扶只看当月的分档。", "Awards and help look at classes of the month, not of a season."
            reader.report("class_of_season", path, zh, en)
    for code, award in book.awards.items():
        for at, bar in enumerate(award.bars):
            if bar.code in {"class", "outside_class"} and None in {bar.class_code, bar.step}:
                zh, en = "还需要 class 和 step。", "This also needs class and step."
                reader.report("missing_field", f"awards.{code}.bars[{at}]", zh, en)


def _check_boards(book: "RuleBook", reader: "Reader") -> None:
    for kind, board in book.boards.items():
        for at, breaker in enumerate(board.breakers):
            needed = NEEDED.get(breaker.field)
            if needed and not getattr(breaker, needed):
                zh, en = f"“{breaker.field}”还需要 {needed}。", f"“{breaker.field}” also needs {needed}."
                reader.report("missing_field", f"boards.{kind}.breakers[{at}].{needed}", zh, en)


NEEDED = {"node": "node", "process": "process", "kpi": "kpi", "key": "kpi", "countback": "items_of"}


def _check_season(season: Season, path: str, reader: "Reader") -> None:
    _check_counts(season, path, reader)
    if season.op == "best" and not (season.n or season.drop or season.n_from or season.drop_from or season.parts):
        zh, en = "best 要写取几轮：n、drop 或 parts。", "“best” needs how many rounds: n, drop, or parts."
        reader.report("missing_field", f"{path}.n", zh, en)
    if (season.missing == "value") != (season.missing_value is not None):
        zh, en = 'missing = "value" 与 missing_value 要一起写。', 'missing = "value" and missing_value go together.'
        reader.report("missing_field", f"{path}.missing_value", zh, en)
    if season.min_divisor and season.op != "mean":
        zh, en = '只用于 op = "mean"。', 'This belongs to op = "mean".'
        reader.report("not_used", f"{path}.min_divisor", zh, en)
    for name in (name for name, weight in season.weights.items() if weight < 0):
        reader.report("negative", f"{path}.weights.{name}", "权重不能为负。", "A weight cannot be negative.")
    for at, breaker in enumerate(season.breakers):
        _check_breaker(breaker, f"{path}.breakers[{at}]", reader)


def _check_counts(season: Season, path: str, reader: "Reader") -> None:
    """Report numbers of rounds that are too small, and parts that are told twice."""
    counts = [("n", season.n, 1), ("drop", season.drop, 0), ("min_rounds", season.min_rounds, 0)]
    counts.append(("window", season.window, 1))
    for at, part in enumerate(season.parts):
        counts += [(f"parts[{at}].n", part.n, 1), (f"parts[{at}].drop", part.drop, 0)]
        if part.rounds and (part.first is not None or part.last is not None):
            zh, en = "写 rounds，或者写 first 和 last，不要都写。", "Give either rounds, or first and last."
            reader.report("both_given", f"{path}.parts[{at}]", zh, en)
        if part.weight is not None and part.weight < 0:
            reader.report("negative", f"{path}.parts[{at}].weight", "权重不能为负。", "A weight cannot be negative.")
    for field, steps, least in (("n_from", season.n_from, 1), ("drop_from", season.drop_from, 0)):
        counts += [(f"{field}.{name}", number, least) for name, number in steps.items()]
        for name in (name for name in steps if not (name.isascii() and name.isdigit() and len(name) < MOST_DIGITS)):
            zh, en = f"“{name}”应是轮数，如 5 = 1。", f"“{name}” should be a number of rounds, as in 5 = 1."
            reader.report("not_a_number_of_rounds", f"{path}.{field}.{name}", zh, en)
    for name, number, least in counts:
        if number is not None and number < least:
            reader.report("too_small", f"{path}.{name}", f"至少为 {least}。", f"At least {least}.")


def _check_breaker(breaker: SeasonBreaker, path: str, reader: "Reader") -> None:
    if sum(one is not None for one in (breaker.countback, breaker.quantity, breaker.field)) != 1:
        zh, en = "写 countback、quantity、field 之一。", "Give one of countback, quantity, field."
        reader.report("one_of", path, zh, en)
    elif (breaker.countback or "").startswith(KPI) and not breaker.items:
        zh, en = "按项目逐一比较要写 items。", "A countback over items needs items."
        reader.report("missing_field", f"{path}.items", zh, en)


MOST_DIGITS = 6


def _check_step(step: ClassStep, path: str, reader: "Reader") -> None:
    if sum(end is not None for end in (step.worst, step.best, step.first, step.last)) > 1:
        zh, en = "worst、best、first、last 只写一个。", "Give one of worst, best, first, last, not more."
        reader.report("both_given", path, zh, en)
    if step.heads is not None and step.worst is None and step.best is None:
        zh, en = "heads 与 best 或 worst 一起写。", "“heads” goes with best or worst."
        reader.report("missing_field", f"{path}.heads", zh, en)
    for name, number in (("first", step.first), ("last", step.last)):
        if number is not None and number < 1:
            reader.report("not_a_number_of_units", f"{path}.{name}", "至少为 1。", "It is at least 1.")
    for name, share in (("worst", step.worst), ("best", step.best)):
        if share is not None and not 0 <= share <= 1:
            zh, en = "比例应在 0 与 1 之间；25% 写 0.25。", "A share lies between 0 and 1; 25 per cent is 0.25."
            reader.report("not_a_share", f"{path}.{name}", zh, en)
