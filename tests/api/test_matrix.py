import os
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.exceptions import ImproperlyConfiguredException

import api.app
from core.settings import Settings
from org.roles import ALLOWED, EVERYONE, Action, Role
from tests.api.matrix import VIEWERS, doors, walked, written
from tests.cast import Cast

GOLDEN = Path(__file__).with_name("matrix.txt")


async def test_every_door_answers_every_role_as_decided(app: Litestar, cast: Cast) -> None:
    found = written(await walked(app, cast))
    if os.environ.get("SHIFEN_REWRITE"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


async def test_every_cell_agrees_with_the_table_of_roles_and_actions(app: Litestar, cast: Cast) -> None:
    lines = [line.split(" ", 1) for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    cells = {door: dict(zip(VIEWERS, verdicts, strict=True)) for verdicts, door in lines}
    asserted = 0
    for method, path, handler in doors(app):
        action = handler.opt["action"]
        for viewer, verdict in cells[f"{method} {path}"].items():
            asserted += 1
            assert verdict in _expected(viewer, action, bound="unit" in handler.opt), (method, path, viewer, verdict)
    assert asserted == len(cells) * len(VIEWERS)


def _expected(viewer: str, action: Action, *, bound: bool) -> set[str]:
    if action is Action.ANONYMOUS:
        return {"+", "h"}
    if viewer in {"anonymous", "disabled"}:
        return {"s"}
    role = Role.BRANCH_MANAGER if viewer == "other_branch" else Role(viewer)
    if action not in ALLOWED[role]:
        return {"-"}
    return {"+", "h"} if bound else {"+"}


async def test_another_branch_is_not_there_by_any_kind_of_door(app: Litestar, cast: Cast) -> None:
    lines = [line.split(" ", 1) for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    cells = {door: dict(zip(VIEWERS, verdicts, strict=True)) for verdicts, door in lines}
    bound = [f"{method} {path}" for method, path, handler in doors(app) if "unit" in handler.opt]
    assert bound
    assert {cells[door]["other_branch"] for door in bound} == {"h", "-"}
    for door in bound:
        may_at_all = cells[door]["branch_manager"] != "-"
        assert cells[door]["other_branch"] == ("h" if may_at_all else "-"), door


def test_a_route_without_a_declared_action_keeps_the_application_from_starting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    @get("/undecided")
    async def undecided() -> None:
        return None

    monkeypatch.setattr(api.app, "handlers", lambda: [undecided])
    with pytest.raises(ImproperlyConfiguredException, match="declares no action"):
        api.app.create_app(settings)


def test_every_role_has_what_everyone_has() -> None:
    assert all(actions >= EVERYONE for actions in ALLOWED.values())
    assert set(ALLOWED) == set(Role)


def test_no_role_but_the_administrator_manages_accounts() -> None:
    assert [role for role in Role if Action.MANAGE_ACCOUNTS in ALLOWED[role]] == [Role.ADMINISTRATOR]
