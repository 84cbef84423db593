"""Who may do what: the one table of roles and actions."""

from enum import StrEnum

from core.language import Text


class Role(StrEnum):
    """A part that a person plays over the subtree of a unit."""

    CLERK = "clerk"
    STORE_MANAGER = "store_manager"
    SERVICE_MONITOR = "service_monitor"
    SERVICE_SUPERVISOR = "service_supervisor"
    BRANCH_MANAGER = "branch_manager"
    DEPARTMENT_HEAD = "department_head"
    ORGANISER = "organiser"
    HR = "hr"
    FINANCE = "finance"
    AWARD_HOST = "award_host"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What a route lets somebody do; every route declares one."""

    ANONYMOUS = "anonymous"
    ACCOUNT_SELF = "account_self"
    SEE_BOARD = "see_board"
    SEE_UNIT = "see_unit"
    SEE_DEPARTMENT = "see_department"
    SEE_MONTH = "see_month"
    SEE_AWARDS = "see_awards"
    SEE_COACHING = "see_coaching"
    SEE_RULES = "see_rules"
    SEE_UNITS = "see_units"
    TICK_STEP = "tick_step"
    ANSWER_LOSS = "answer_loss"
    SEE_LEDGER = "see_ledger"
    SEE_COMPLETENESS = "see_completeness"
    IMPORT_FACTS = "import_facts"
    WITHDRAW_BATCH = "withdraw_batch"
    CORRECT_FACT = "correct_fact"
    ADJUST_POINTS = "adjust_points"
    PLAN_MONTH = "plan_month"
    ANNOUNCE_MONTH = "announce_month"
    PROPOSE_CLOSE = "propose_close"
    APPROVE_CLOSE = "approve_close"
    PUBLISH_MONTH = "publish_month"
    REOPEN_MONTH = "reopen_month"
    REVEAL_AWARDS = "reveal_awards"
    OBJECT_TO_RESULT = "object_to_result"
    DECIDE_OBJECTION = "decide_objection"
    SEE_CONTESTS = "see_contests"
    RUN_CONTESTS = "run_contests"
    RECORD_ACTIVITY = "record_activity"
    CHECK_ACTIVITY = "check_activity"
    APPEAL = "appeal"
    DECIDE_APPEAL = "decide_appeal"
    SEE_CHANGES = "see_changes"
    PROPOSE_CHANGE = "propose_change"
    APPLY_CHANGE = "apply_change"
    SIGN_COMPLETENESS = "sign_completeness"
    SEE_ANOMALIES = "see_anomalies"
    SEE_AS_OF = "see_as_of"
    SEE_HISTORY = "see_history"
    VERIFY_MONTH = "verify_month"
    TAKE_BUNDLE = "take_bundle"
    EXPORT_RESULTS = "export_results"
    DECIDE_PAYOUT = "decide_payout"
    SEE_DRAFTS = "see_drafts"
    EDIT_RULES = "edit_rules"
    APPROVE_RULES = "approve_rules"
    MANAGE_UNITS = "manage_units"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_TOKENS = "manage_tokens"
    SEE_AUDIT = "see_audit"
    SEE_METRICS = "see_metrics"


EVERYONE: frozenset[Action] = frozenset({
    Action.ANONYMOUS, Action.ACCOUNT_SELF, Action.SEE_BOARD, Action.SEE_UNIT, Action.SEE_MONTH, Action.SEE_AWARDS,
    Action.SEE_COACHING, Action.SEE_RULES, Action.SEE_CONTESTS, Action.SEE_HISTORY, Action.RECORD_ACTIVITY,
    Action.APPEAL, Action.OBJECT_TO_RESULT, Action.VERIFY_MONTH,
})  # fmt: skip
"""What every signed-in person may do; which units it reaches is the business of `org.visibility`."""

_MANAGER = frozenset({Action.SEE_COMPLETENESS, Action.TICK_STEP, Action.SEE_UNITS, Action.CHECK_ACTIVITY})
_JUDGES = frozenset({
    Action.DECIDE_APPEAL, Action.DECIDE_OBJECTION, Action.SEE_CHANGES, Action.PROPOSE_CHANGE, Action.APPLY_CHANGE,
    Action.SEE_ANOMALIES, Action.SEE_AS_OF, Action.TAKE_BUNDLE, Action.DECIDE_PAYOUT,
})  # fmt: skip
"""Who hears appeals and objections, and sees whom a change moves before it counts; never about an own unit."""
_RUNS_THE_CONTEST = frozenset({
    Action.SEE_LEDGER, Action.SEE_DEPARTMENT, Action.SEE_UNITS, Action.TICK_STEP, Action.SEE_COMPLETENESS, Action.IMPORT_FACTS,
    Action.WITHDRAW_BATCH, Action.CORRECT_FACT, Action.ADJUST_POINTS, Action.PLAN_MONTH, Action.ANNOUNCE_MONTH,
    Action.PROPOSE_CLOSE, Action.APPROVE_CLOSE, Action.PUBLISH_MONTH, Action.EXPORT_RESULTS, Action.SEE_DRAFTS,
    Action.EDIT_RULES, Action.APPROVE_RULES, Action.MANAGE_TOKENS, Action.REOPEN_MONTH, Action.REVEAL_AWARDS,
    Action.RUN_CONTESTS, Action.CHECK_ACTIVITY, Action.SIGN_COMPLETENESS,
}) | _JUDGES  # fmt: skip

_ADDED: dict[Role, frozenset[Action]] = {
    Role.CLERK: frozenset(),
    Role.STORE_MANAGER: _MANAGER,
    Role.SERVICE_MONITOR: _MANAGER,
    Role.SERVICE_SUPERVISOR: _MANAGER,
    Role.BRANCH_MANAGER: _MANAGER | {Action.SEE_DEPARTMENT},
    Role.DEPARTMENT_HEAD: _MANAGER | {Action.SEE_DEPARTMENT, Action.ANSWER_LOSS, Action.SIGN_COMPLETENESS},
    Role.ORGANISER: _RUNS_THE_CONTEST,
    Role.HR: frozenset({
        Action.SEE_LEDGER, Action.SEE_DEPARTMENT, Action.SEE_UNITS, Action.SEE_COMPLETENESS, Action.PROPOSE_CLOSE, Action.APPROVE_CLOSE,
        Action.PUBLISH_MONTH, Action.EXPORT_RESULTS, Action.SEE_DRAFTS, Action.EDIT_RULES, Action.APPROVE_RULES,
        Action.MANAGE_UNITS, Action.MANAGE_TOKENS, Action.REOPEN_MONTH, Action.PLAN_MONTH, Action.ANNOUNCE_MONTH,
        Action.RUN_CONTESTS, Action.CHECK_ACTIVITY, Action.REVEAL_AWARDS,
    }) | _JUDGES,
    Role.FINANCE: frozenset({Action.EXPORT_RESULTS, Action.DECIDE_PAYOUT}),
    Role.AWARD_HOST: frozenset({Action.EXPORT_RESULTS, Action.REVEAL_AWARDS}),
    Role.AUDITOR: frozenset({
        Action.SEE_LEDGER, Action.SEE_DEPARTMENT, Action.SEE_UNITS, Action.SEE_COMPLETENESS, Action.APPROVE_CLOSE, Action.EXPORT_RESULTS,
        Action.SEE_DRAFTS, Action.APPROVE_RULES, Action.SEE_AUDIT, Action.MANAGE_TOKENS, Action.ANNOUNCE_MONTH,
    }) | _JUDGES,
    Role.ADMINISTRATOR: frozenset({
        Action.SEE_LEDGER, Action.SEE_DEPARTMENT, Action.SEE_UNITS, Action.MANAGE_UNITS, Action.MANAGE_ACCOUNTS, Action.MANAGE_TOKENS,
        Action.SEE_AUDIT, Action.SEE_METRICS, Action.SEE_COMPLETENESS,
    }),
}  # fmt: skip

ALLOWED: dict[Role, frozenset[Action]] = {role: EVERYONE | added for role, added in _ADDED.items()}

MANAGING: frozenset[Role] = frozenset({
    Role.STORE_MANAGER, Role.SERVICE_MONITOR, Role.SERVICE_SUPERVISOR, Role.BRANCH_MANAGER, Role.DEPARTMENT_HEAD,
})  # fmt: skip
"""Roles that are told everything about the subtree of their scope."""

SEEING_ALL: frozenset[Role] = frozenset({Role.ORGANISER, Role.HR, Role.AUDITOR, Role.ADMINISTRATOR})

SEEING_FROZEN: frozenset[Role] = frozenset({Role.ORGANISER, Role.HR, Role.AUDITOR})
"""Who sees what comes in while the boards of a month stand still for everybody else."""

SEEING_EMBARGOED: frozenset[Role] = SEEING_FROZEN | {Role.AWARD_HOST}
"""Who reads final places and awards between release and publication; those who see what is frozen do so from the closing on."""

NAMES: dict[Role, Text] = {
    Role.CLERK: Text(zh="营业员", en="clerk"),
    Role.STORE_MANAGER: Text(zh="厅经理", en="store manager"),
    Role.SERVICE_MONITOR: Text(zh="服务监督员", en="service monitor"),
    Role.SERVICE_SUPERVISOR: Text(zh="服务主管", en="service supervisor"),
    Role.BRANCH_MANAGER: Text(zh="分公司经理", en="branch manager"),
    Role.DEPARTMENT_HEAD: Text(zh="部门负责人", en="department head"),
    Role.ORGANISER: Text(zh="竞赛组织者", en="organiser"),
    Role.HR: Text(zh="人力资源", en="HR"),
    Role.FINANCE: Text(zh="财务", en="finance"),
    Role.AWARD_HOST: Text(zh="颁奖主持", en="award host"),
    Role.AUDITOR: Text(zh="审计", en="auditor"),
    Role.ADMINISTRATOR: Text(zh="系统管理员", en="administrator"),
}
