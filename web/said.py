"""The sentences that a page says once after something was done; an address carries only their code."""

from msgspec import Struct

from core.language import Language, Text
from web.views.shell import Said


class Sentence(Struct, frozen=True):
    """One sentence in both languages and its tone."""

    words: Text
    tone: str = "good"

    def read(self, language: Language) -> Said:
        """Return it for the page."""
        return Said(self.words.read(language), self.tone)


def _good(zh: str, en: str) -> Sentence:
    return Sentence(Text(zh=zh, en=en))


def _bad(zh: str, en: str) -> Sentence:
    return Sentence(Text(zh=zh, en=en), "bad")


SAID: dict[str, Sentence] = {
    "notices_read": _good("通知已全部标为已读。", "All notices are marked as read."),
    "change_applied": _good("变更已生效。", "The change is in effect."),
    "change_cancelled": _good("变更已取消。", "The change is cancelled."),
    "change_proposed": _good("变更已提出，请看预览。", "The change is proposed; look at its preview."),
    "held_back": _good(
        "这个月已经冻结，更正改走变更集：先看预览，再由第二人批准。",
        "The month is frozen: the correction goes by this change set; it counts once a second person approves.",
    ),
    "came_late": _good(
        "数据在截止时间之后到达，已存下；批准这个变更集后才计入。",
        "The facts came after the cut-off and are stored; they count once this change set is approved.",
    ),
    "preview_asked": _good("正在重新试算。", "The preview is being made anew."),
    "hearing_answered": _good("意见已记录。", "What you said is on record."),
    "password": _good(
        "密码已修改，其他设备已退出登录。", "The password was changed; all other browsers are signed out."
    ),
    "token_revoked": _good("密钥已吊销。", "The key was revoked."),
    "out": _good("已退出登录。", "You are signed out."),
    "over": Sentence(Text(zh="请先登录。", en="Please sign in first."), "plain"),
    "taken_in": _good(
        "已入库，得分正在重算，几秒后更新。", "Taken in; scores are being counted again and appear within seconds."
    ),
    "known": Sentence(
        Text(zh="这些数据早已在库，没有新增。", en="Everything was known before; nothing was added."), "plain"
    ),
    "discarded": _good("这份表没有入库。", "The sheet was discarded; nothing was taken in."),
    "withdrawn": _good("批次已撤回，得分正在重算。", "The batch was withdrawn; scores are being counted again."),
    "planned": _good("服务月已计划。", "The month is planned."),
    "announcement_proposed": _good(
        "已提请发布，等待第二个人批准。", "The announcement is proposed and waits for a second person."
    ),
    "reopened": _good("已重新打开，得分正在重算。", "It is open again; scores are being counted again."),
    "branch_closed": _good("分公司已先行关账。", "The branch is closed before the others."),
    "talk_recorded": _good("谈话已记录。", "The talk is recorded."),
    "revealed": _good("已揭晓。", "It is revealed."),
    "ceremony_over": _good("揭晓结束，结果已公布。", "The ceremony is over; the results are published."),
    "objected": _good(
        "异议已提交，裁定前这一项不兑现。", "The objection is recorded; this line is held back until it is decided."
    ),
    "payout_proposed": _good(
        "兑现清单已提请，等待第二人批准。", "The payout list is proposed; a second person has to approve it."
    ),
    "payout_approved": _good("兑现清单已批准。", "The payout list is approved."),
    "payout_withdrawn": _good("兑现清单已撤回。", "The payout list is taken back."),
    "objection_decided": _good("裁定已记录。", "The decision is recorded."),
    "announced": _good("服务月已发布。", "The month is announced."),
    "proposed": _good("已提议关账，等待第二个人批准。", "The closing is proposed and waits for a second person."),
    "withdrawn_proposal": _good("提议已撤回。", "The proposal was taken back."),
    "closing_begun": _good("正在关账，进度见本页。", "The closing is under way; this page shows how far it is."),
    "closed": _good("已关账，结果已封存。", "The month is closed and its result sealed."),
    "cancelled": _good("服务月已取消，理由已留存。", "The month is called off; the reason is kept."),
    "embargoed": _good(
        "结果已交给颁奖主持，逐项揭晓；颁奖结束前其余结果不公开。",
        "The results are handed to the award host, who reveals them; until the ceremony ends nothing else is public.",
    ),
    "published": _good("结果已公布。", "The results are published."),
    "step_done": _good("这一步已记录。", "The step is recorded."),
    "answered": _good("答复已记录，分公司可以看到。", "The answer is recorded; the branches can read it."),
    "account_made": _good("账号已建立。", "The account was made."),
    "granted": _good("角色已授予。", "The role was given."),
    "disabled": _good("账号已停用，下一次请求即被拒绝。", "The account is disabled; its next request is refused."),
    "name_kept": _good("英文姓名已保存。", "The English name is kept."),
    "role_ended": _good("角色已收回。", "The role was taken back."),
    "enabled": _good("账号已启用。", "The account is enabled."),
    "units_imported": _good("单位已导入。", "The units were imported."),
    "exclusion_proposed": _good("已提议，等待第二个人决定。", "Proposed; a second person decides."),
    "exclusion_decided": _good("已记录，得分正在重算。", "Recorded; scores are being counted again."),
    "rule_saved": _good("已保存到草案，现行规则没有变。", "Saved to the draft; the rules in force are unchanged."),
    "points_adjusted": _good("加减分已记录，得分正在重算。", "The points are entered; scores are being counted again."),
    "year_planned": _good("已排好，可以逐月修改。", "Planned; single months can be changed now."),
    "plan_saved": _good("计划已保存。", "The plan is saved."),
    "plan_proposed": _good("已提请，等待另一个人批准。", "Proposed; another person approves."),
    "plan_approved": _good("已批准，从现在起有效，所有人可见。", "Approved; it holds from now on, for all to read."),
    "plan_withdrawn": _good("已撤回，可以继续修改。", "Taken back; it can be changed again."),
    "plan_discarded": _good(
        "已放弃修改，新版本与现行的一样。", "The changes are dropped: the new version says what holds."
    ),
    "activity_recorded": _good("已登记，等待审核。", "Recorded; it waits to be checked."),
    "activity_checked": _good("审核已记录，得分正在重算。", "Checked; scores are being counted again."),
    "activity_revoked": _good("登记已作废，得分正在重算。", "Revoked; scores are being counted again."),
    "draft_begun": _good("草案已建立，现行规则没有变。", "The draft was begun; the rules in force are unchanged."),
    "draft_saved": _good("草案已保存。", "The draft was saved."),
    "draft_discarded": _good("草案已丢弃。", "The draft was discarded."),
    "rules_proposed": _good("已送第二人批准。", "Sent to a second person."),
    "rules_approved": _good("已批准，从所选月份起生效。", "Approved; it holds from the chosen month on."),
    "rules_rejected": _good("已退回，理由已留存。", "Sent back; the reason is kept."),
    "rules_withdrawn": _good("提议已撤回。", "The proposal was taken back."),
    "verifying": _good("已开始重新核对。", "The check has begun."),
    "signed_off": _good("已签认。", "Signed off."),
    "signing_waived": _good("缺数已书面放行。", "What lacks is waived in writing."),
    "sign_off_withdrawn": _good("签认已撤回。", "The sign-off was taken back."),
    "finding_fine": _good("已记录：没有问题。", "Recorded: nothing is wrong."),
    "finding_quarantined": _good(
        "已提出隔离变更，等待预览与第二人决定。",
        "A change set for quarantine is proposed; preview it, a second person decides.",
    ),
    "contest_drawn_up": _good(
        "比赛已保存为草稿，由第二个人发布。", "The contest is kept as a draft; a second person announces it."
    ),
    "contest_announced": _good("比赛已发布，规则不再改。", "The contest is announced; its rules stand."),
    "contest_cancelled": _good("比赛已取消，理由已留存。", "The contest is called off; the reason is kept."),
    "appeal_filed": _good(
        "申诉已提交，两个工作日内答复。", "The appeal is filed; it is answered within two working days."
    ),
    "appeal_taken_up": _good("已受理。", "Taken up."),
    "appeal_second": _good(
        "裁定已记录，复核同意后生效。", "Kept; the decision holds when the second look confirms it."
    ),
    "appeal_decided": _good("裁定已记录，申诉人会收到通知。", "Decided; the appellant is told."),
    "appeal_opinion": _good("意见已提交。", "The opinion is sent."),
    "appeal_back": _good("申诉已撤回。", "The appeal was taken back."),
    "evidence_added": _good("证据已追加。", "The evidence was added."),
}
