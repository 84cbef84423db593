from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from org.organisation import Organisation, Unit
from org.roles import ALLOWED, EVERYONE, MANAGING, SEEING_ALL, Action, Role
from org.visibility import NOBODY, OF_A_UNIT, Viewer, may, scope

COMPANY, B1, B2, S1, S2, S3, ZHOU, LI, SUN, NETWORK, EMPLOYER, JIANG = range(1, 13)
PARENTS = {B1: COMPANY, B2: COMPANY, S1: B1, S2: B1, S3: B2, ZHOU: S1, LI: S1, SUN: S3, NETWORK: COMPANY, JIANG: S1}


def unit(number: int) -> Unit:
    employer = EMPLOYER if number == JIANG else None
    return Unit(
        id=number, code=f"U{number}", name_zh="名", name_en="Name", kind="any", peer_group="all",
        parent_id=PARENTS.get(number), employer_id=employer,
    )  # fmt: skip


CITY = Organisation(date(2026, 10, 1), [unit(number) for number in range(1, 13)])


def viewer(role: Role | None, over: int, own: int | None = None) -> Viewer:
    return Viewer(account_id=1, name="x", unit_id=own, grants=((role, over),) if role else ())


def test_a_clerk_sees_oneself_and_the_units_one_belongs_to() -> None:
    seen = scope(viewer(Role.CLERK, S1, own=ZHOU), CITY)
    assert {number for number in CITY.units if seen.detail(number)} == {ZHOU, S1, B1, COMPANY}


def test_a_store_manager_sees_the_store_its_people_and_what_is_above() -> None:
    seen = scope(viewer(Role.STORE_MANAGER, S1, own=LI), CITY)
    assert {number for number in CITY.units if seen.detail(number)} == {S1, ZHOU, LI, JIANG, B1, COMPANY}


def test_a_manager_of_one_branch_sees_nothing_inside_another() -> None:
    seen = scope(viewer(Role.BRANCH_MANAGER, B1), CITY)
    assert not any(seen.detail(number) for number in (B2, S3, SUN))


@pytest.mark.parametrize("role", sorted(SEEING_ALL))
def test_those_who_run_and_check_the_contest_see_all(role: Role) -> None:
    seen = scope(viewer(role, COMPANY), CITY)
    assert all(seen.detail(number) and seen.coaching(number) for number in CITY.units)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AWARD_HOST, Role.CLERK])
def test_others_see_no_strangers(role: Role) -> None:
    seen = scope(viewer(role, COMPANY, own=ZHOU), CITY)
    assert not any(seen.detail(number) for number in (S2, S3, LI, SUN, NETWORK))


def test_a_department_is_open_to_its_own_people_organisers_and_branch_managers() -> None:
    for who, opened in (
        (viewer(Role.DEPARTMENT_HEAD, NETWORK), True),
        (viewer(Role.ORGANISER, COMPANY), True),
        (viewer(Role.BRANCH_MANAGER, B1), True),
        (viewer(Role.STORE_MANAGER, S1), False),
        (viewer(Role.CLERK, S1, own=ZHOU), False),
    ):
        assert scope(who, CITY).department(NETWORK) is opened


def test_coaching_is_between_the_unit_its_managers_and_the_organisers() -> None:
    assert scope(viewer(Role.STORE_MANAGER, S1), CITY).coaching(ZHOU)
    assert scope(viewer(Role.CLERK, S1, own=ZHOU), CITY).coaching(ZHOU)
    assert not scope(viewer(Role.CLERK, S1, own=ZHOU), CITY).coaching(S1)
    assert not scope(viewer(Role.CLERK, S1, own=LI), CITY).coaching(ZHOU)


def test_the_bottom_third_is_named_to_itself_and_its_managers_alone() -> None:
    mine, manager = scope(viewer(Role.CLERK, S1, own=ZHOU), CITY), scope(viewer(Role.STORE_MANAGER, S1), CITY)
    other = scope(viewer(Role.CLERK, S3, own=SUN), CITY)
    assert mine.name(ZHOU, in_bottom_third=True)
    assert manager.name(ZHOU, in_bottom_third=True)
    assert not other.name(ZHOU, in_bottom_third=True)
    assert not NOBODY.name(ZHOU, in_bottom_third=True)
    assert other.name(ZHOU, in_bottom_third=False)


def test_the_bottom_third_of_the_boards_above_is_named_to_who_belongs_there() -> None:
    mine = scope(viewer(Role.CLERK, S1, own=ZHOU), CITY)
    named = {number for number in CITY.units if mine.name(number, in_bottom_third=True)}
    assert named == {ZHOU, S1, B1, COMPANY}


@pytest.mark.parametrize(
    ("role", "over", "own", "newest"),
    [
        (Role.CLERK, S1, ZHOU, {ZHOU}),
        (Role.STORE_MANAGER, S1, LI, {S1, LI}),
        (Role.BRANCH_MANAGER, B1, None, {B1}),
        (Role.AWARD_HOST, COMPANY, None, set()),
        (Role.ADMINISTRATOR, COMPANY, None, set()),
        (Role.ORGANISER, COMPANY, None, set(CITY.units)),
    ],
)
def test_while_a_month_is_frozen_the_newest_numbers_are_shown_to_their_owners_alone(
    role: Role, over: int, own: int | None, newest: set[int]
) -> None:
    seen = scope(viewer(role, over, own), CITY)
    assert {number for number in CITY.units if seen.live(number)} == newest


def test_cards_and_coaching_are_opened_for_the_units_that_they_are_about() -> None:
    clerk = viewer(Role.CLERK, S1, own=ZHOU)
    opened = {action: {unit for unit in CITY.units if may(clerk, action, unit, CITY)} for action in OF_A_UNIT}
    assert opened == {Action.SEE_UNIT: {ZHOU, S1, B1, COMPANY}, Action.SEE_COACHING: {ZHOU}}


def test_a_tree_that_has_changed_changes_the_key() -> None:
    who, later = viewer(Role.BRANCH_MANAGER, B1), Organisation(CITY.on, CITY.units.values(), CITY.revision + 1)
    assert scope(who, CITY).key != scope(who, later).key


def test_nobody_may_do_anything_without_signing_in() -> None:
    allowed = {action for action in Action if may(None, action, None, CITY)}
    assert allowed == {Action.ANONYMOUS}


@given(
    st.lists(st.tuples(st.sampled_from(Role), st.sampled_from(sorted(CITY.units))), max_size=3),
    st.sampled_from(Action),
    st.sampled_from([None, *CITY.units]),
)
def test_no_role_reaches_beyond_its_subtree(grants: list[tuple[Role, int]], action: Action, target: int | None) -> None:
    who = Viewer(account_id=1, name="x", grants=tuple(grants))
    if not may(who, action, target, CITY) or action in EVERYONE:
        return
    reaching = [(role, over) for role, over in grants if action in ALLOWED[role]]
    assert any(target is None or role in SEEING_ALL or target in CITY.subtree(over) for role, over in reaching)


@given(st.sampled_from(Role), st.sampled_from(sorted(CITY.units)), st.sampled_from(Action))
def test_a_token_takes_away_and_never_adds(role: Role, over: int, action: Action) -> None:
    person = viewer(role, over)
    for actions in (frozenset[Action](), frozenset({action}), frozenset(Action)):
        program = Viewer(account_id=1, name="x", grants=person.grants, actions=actions)
        for target in (None, over):
            if may(program, action, target, CITY) and action is not Action.ANONYMOUS:
                assert action in actions
                assert may(person, action, target, CITY)


def test_what_can_be_seen_changes_the_key() -> None:
    keys = {scope(viewer(role, over, own), CITY).key for role in MANAGING for over in (S1, S2) for own in (ZHOU, LI)}
    assert len(keys) == len(MANAGING) * 4


def test_an_employer_reaches_those_whom_it_sends() -> None:
    assert CITY.subtree(EMPLOYER) == {EMPLOYER, JIANG}
    assert JIANG in CITY.subtree(B1)


def test_a_tree_that_bites_its_tail_does_not_hang() -> None:
    ring = Organisation(date(2026, 10, 1), [
        Unit(id=1, code="A", name_zh="x", name_en="x", kind="any", peer_group="all", parent_id=2),
        Unit(id=2, code="B", name_zh="x", name_en="x", kind="any", peer_group="all", parent_id=1),
    ])  # fmt: skip
    assert ring.subtree(1) == {1, 2}
    assert set(ring.ancestors(1)) == {1, 2}
