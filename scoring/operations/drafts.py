"""Saving rules in the making: a text may be saved before it parses, and nobody saves over what he has not seen."""

from datetime import datetime
from hashlib import sha256

from core import audit
from core.clock import SHANGHAI, now
from core.database import transaction
from core.errors import Conflict, Invalid, Problem, problem
from core.language import current
from org.names import called
from scoring.book_text import MOST_BYTES, document
from scoring.models import RuleDraft
from scoring.queries import drafts as queries
from scoring.queries.rules import rule_book_text

KIND = "rule_draft"
LONGEST_NAME = 120


async def create_draft(
    *, name: str, text: str | None = None, base_id: int | None = None, actor: audit.Actor, at: datetime | None = None
) -> int:
    """Begin a draft and return its number; without a text it begins as the version `base_id` says.

    Raises Invalid for an empty or long name and for a text that is too large or has a NUL; it need not parse.
    """
    async with transaction():
        if base_id is not None and text is None:
            text = await rule_book_text(base_id)
        text = text or ""
        _check(name, text)
        moment = at or now()
        row = await RuleDraft.create(
            name=name.strip(),
            text=text,
            base_id=base_id,
            owner_id=actor.account_id,
            revision=1,
            created_at=moment,
            saved_at=moment,
            saved_by=actor.account_id,
        )
        await _record(actor, "create_draft", row)
    return int(row.id)


async def save_draft(
    *, draft_id: int, revision: int, text: str, name: str | None = None, actor: audit.Actor, at: datetime | None = None
) -> int:
    """Save a draft over the revision it was made from and return the new revision; the same bytes again change nothing.

    Raises Conflict `draft_moved_on`, with who saved and when, if somebody saved since; nothing is lost or mixed.
    """
    async with transaction():
        row = await _locked(draft_id)
        kept = row.name if name is None else name
        _check(kept, text)
        if (row.text, row.name) == (text, kept.strip()):
            return int(row.revision)
        if row.revision != revision:
            raise Conflict(await _moved_on(draft_id))
        row.text, row.name, row.revision = text, kept.strip(), row.revision + 1
        row.saved_at, row.saved_by = at or now(), actor.account_id
        await row.save(update_fields=["text", "name", "revision", "saved_at", "saved_by"])
        await _record(actor, "save_draft", row)
    return int(row.revision)


async def discard_draft(*, draft_id: int, actor: audit.Actor) -> None:
    """Take a draft off the list; its proposals and simulations stay readable. A second time changes nothing."""
    async with transaction():
        row = await RuleDraft.filter(id=draft_id).select_for_update().first()
        if row is None:
            raise queries.no_draft()
        if row.discarded_at is None:
            row.discarded_at = now()
            await row.save(update_fields=["discarded_at"])
            await _record(actor, "discard_draft", row)


def text_of_file(content: bytes) -> str:
    """Return an uploaded file as text of the same bytes; Invalid when it is no UTF-8."""
    if len(content) > MOST_BYTES:
        raise Invalid(too_long())
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        zh, en = f"文件不是 UTF-8 编码（第 {row} 行）。", f"The file is not UTF-8 (line {row})."
        raise Invalid(problem("not_utf8", zh, en)) from None


def title_of(text: str, file_name: str) -> str:
    """Return what a rule book calls itself to the reader; the file's name where its text cannot be read."""
    try:
        named = document(text, file_name).get("name")
    except Invalid:
        named = None
    title = named.get(current()) if isinstance(named, dict) else None
    return (title if isinstance(title, str) and title.strip() else file_name)[:LONGEST_NAME]


async def _locked(draft_id: int) -> RuleDraft:
    row = await RuleDraft.filter(id=draft_id, discarded_at=None).select_for_update().first()
    if row is None:
        raise queries.no_draft()
    return row


def _check(name: str, text: str) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Invalid(
            problem(
                "bad_draft_name",
                f"名称要有 1 到 {LONGEST_NAME} 个字。",
                f"A name has from 1 to {LONGEST_NAME} characters.",
            )
        )
    if len(text) > MOST_BYTES or len(_encoded(text)) > MOST_BYTES:
        raise Invalid(too_long())


def _encoded(text: str) -> bytes:
    """Return the bytes of a text; Invalid for what no database keeps."""
    try:
        content = text.encode()
        bad = text.find("\0")
    except UnicodeEncodeError as error:
        content, bad = b"", error.start
    if bad >= 0:
        row = text.count("\n", 0, bad) + 1
        zh, en = f"第 {row} 行有不能保存的字符。", f"Line {row} has a character that cannot be stored."
        raise Invalid(problem("control_character", zh, en))
    return content


def too_long() -> Problem:
    """Return the refusal of a text that is too large."""
    most = MOST_BYTES // 1024
    return problem("too_long", f"规则书不能超过 {most} KiB。", f"A rule book may have at most {most} KiB.")


async def _moved_on(draft_id: int) -> Problem:
    row = await queries.saved_by(draft_id)
    when = row["saved_at"].astimezone(SHANGHAI)
    name = called(row["display_name"] or "–", row["name_en"])
    zh = f"{name.zh}在 {when:%m-%d %H:%M} 已另存为第 {row['revision']} 稿；您的文字没有保存，请比较后再存，或另存为新草稿。"
    en = (
        f"{name.en} saved revision {row['revision']} on {when:%m-%d %H:%M}; your text was not saved:"
        " compare and save again, or save it as a new draft."
    )
    return problem("draft_moved_on", zh, en)


async def _record(actor: audit.Actor, action: str, row: RuleDraft) -> None:
    seal = sha256(row.text.encode()).hexdigest()
    after = {"name": row.name, "revision": row.revision, "base": row.base_id, "sha256": seal}
    await audit.record(actor=actor, action=action, subject_kind=KIND, subject=row.id, after=after)
