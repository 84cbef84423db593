"""One example for each body that people write or read most; invented names from the demo company."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "Credentials": {"username": "linxia", "password": "…"},
    "Me": {
        "username": "linxia",
        "name": "林夏",
        "language": "zh",
        "theme": "auto",
        "unit_id": 412,
        "roles": ["clerk"],
        "actions": ["see_board", "see_unit"],
        "must_change_password": False,
        "csrf_token": "9f2c…",
    },
    "BulkFacts": {
        "month": 202611,
        "facts": [{"unit": "B01-S03", "kpi": "CST01", "numerator": "182", "denominator": "200", "sample": "200"}],
        "dry_run": True,
    },
    "Commit": {"only_good": True, "reason": "补录"},
    "WithdrawalReason": {"reason": "来源系统重复推送"},
    "Plan": {"month": 202612, "theme": "T12", "rule_book_id": 1},
    "Proposal": {"waivers": ["source_missing:survey"], "why": "调查公司延期,按缺数据处理"},
    "TokenWish": {"name": "数据仓库", "actions": ["see_board", "import_facts"], "days": 90},
    "NewAccount": {"username": "zhouning", "display_name": "周宁", "unit_code": "B01", "language": "zh"},
    "NewGrant": {"role": "branch_manager", "unit_code": "B01"},
    "Move": {"parent": "B02", "on": "2026-12-01", "why": "区划调整"},
    "Closure": {"on": "2026-12-31", "why": "租约到期"},
    "NewUnit": {
        "code": "B01-S99",
        "name_zh": "江畔路营业厅",
        "name_en": "Riverside Road Storefront",
        "kind": "storefront",
        "peer_group": "B",
        "parent": "B01",
        "opened_on": "2026-12-01",
    },
    "ProblemDocument": {
        "type": "/api/docs#problem-not_found",
        "code": "not_found",
        "title": "找不到该内容。",
        "status": 404,
        "detail": "找不到该单位。",
        "place": None,
        "problems": [{"code": "not_found", "detail": "找不到该单位。"}],
    },
}
