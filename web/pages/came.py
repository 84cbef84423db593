"""How an import is called where it has no file name: by the way on which it came."""

from core.language import Text, current

WAYS: dict[str, Text] = {
    "api": Text(zh="接口", en="interface"),
    "change": Text(zh="变更集", en="change set"),
    "cli": Text(zh="命令行", en="command line"),
    "page": Text(zh="页面", en="page"),
    "seed": Text(zh="演示数据", en="demonstration"),
}


def came(via: str) -> str:
    """Return the way on which an import came, in the reader's language."""
    return WAYS[via].read(current()) if via in WAYS else via
