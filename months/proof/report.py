"""The outcome of a check: equal, or every difference with its place."""

import msgspec

from core.language import Text


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place at which a sealed month is not what its facts say; `sealed` and `found` are plain texts."""

    what: str
    """`file`, `published`, `digest`, `rules`, `facts`, `result`, `award` or `unreadable`."""
    unit: str | None = None
    kpi: str | None = None
    field: str | None = None
    sealed: str | None = None
    found: str | None = None
    month: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a check: the digest as stated and as found, how much was compared, and every difference."""

    month: int
    version: int
    digest: str
    found_digest: str
    units: int
    lines: int
    facts: int
    differences: tuple[Difference, ...] = ()
    more: int = 0
    """Differences beyond those that are named."""
    computed: bool = True
    """False for a month sealed before its header told everything: its digest, rules and facts were compared, no more."""

    @property
    def equal(self) -> bool:
        """Say whether everything agrees."""
        return not self.differences


FIELDS: dict[str, Text] = {
    "total": Text(zh="总分", en="total"),
    "rank": Text(zh="名次", en="place"),
    "peer_rank": Text(zh="同类名次", en="place in the peer group"),
    "coverage": Text(zh="覆盖率", en="coverage"),
    "score": Text(zh="得分", en="score"),
    "points": Text(zh="得分点", en="points"),
    "value": Text(zh="值", en="value"),
    "sample": Text(zh="样本", en="sample"),
    "status": Text(zh="状态", en="status"),
    "flags": Text(zh="标记", en="flags"),
    "measures": Text(zh="计分口径", en="measures"),
    "processes": Text(zh="过程得分", en="process scores"),
    "card": Text(zh="记分卡", en="card"),
    "group": Text(zh="同类组", en="peer group"),
    "policy": Text(zh="缺数处理", en="policy for missing data"),
    "counted": Text(zh="计入", en="counted"),
    "place": Text(zh="名次", en="place"),
}
