"""The trail of changes for auditors and administrators: who did what, from what to what, why and when."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get

from core import audit
from core.audit import Entry
from core.language import Text, current
from org.roles import Action
from web import show
from web.frame import Req, allowed, html
from web.numbers import whole
from web.sentences.appeals import STATES
from web.sentences.audit import ACTIONS, ALL, FIELDS, KINDS
from web.views.audit import AuditView, Changed, EntryRow
from web.views.shell import Choice, Link

PAGE = 40
HERE = "/audit"
LONGEST_VALUE = 160
LONGEST_FILTER = 64
LARGEST_NUMBER = 2**63 - 1
MONTH = re.compile(r"20\d\d(0[1-9]|1[0-2])")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(rf"{DAY.pattern}T\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")
PLACES: dict[str, str] = {"service_month": "/months/{}", "import_batch": "/intake/batches/{}"}
NEEDED: dict[str, Action] = {"service_month": Action.SEE_MONTH, "import_batch": Action.SEE_COMPLETENESS}


@get(HERE, opt={"action": Action.SEE_AUDIT})
async def audit_page(request: Req) -> Response[str]:
    """Show the changes, the newest first, by kind of subject, subject and actor."""
    asked = request.query_params
    kind = asked.get("kind", "")
    kind = kind if kind in KINDS else ""
    subject, actor = (asked.get(name, "").strip()[:LONGEST_FILTER].replace("\0", "") for name in ("subject", "actor"))
    before = whole(asked.get("before", ""))
    before = before if before is not None and 0 < before <= LARGEST_NUMBER else None
    found = await audit.entries_before(before, PAGE + 1, kind or None, subject=subject or None, actor=actor or None)
    rows, wish = found[:PAGE], {"kind": kind, "subject": subject, "actor": actor}
    can, reader = allowed(request.state.viewer), current()
    view = AuditView(
        rows=tuple(_row(one, can) for one in rows),
        kinds=(
            Choice("", ALL.read(reader), not kind),
            *(Choice(code, name.read(reader), code == kind) for code, name in KINDS.items()),
        ),
        subject=subject,
        actor=actor,
        newest=f"{HERE}?{urlencode(wish)}" if before else "",
        older=f"{HERE}?{urlencode({**wish, 'before': rows[-1].id})}" if len(found) > PAGE else "",
    )
    return html(request, "audit.html", view)


def _row(one: Entry, can: frozenset[Action]) -> EntryRow:
    href = PLACES[one.subject_kind].format(one.subject) if NEEDED.get(one.subject_kind) in can else ""
    return EntryRow(
        number=one.id,
        at=one.at,
        actor=one.actor,
        action=_word(ACTIONS, one.action),
        subject=Link(f"{_word(KINDS, one.subject_kind)} {_subject(one)}", href),
        changes=tuple(_changes(_values(one.before), _values(one.after))),
        why=one.why or "",
    )


def _subject(one: Entry) -> str:
    if one.subject_kind == "service_month" and one.subject.isdigit():
        return show.month(int(one.subject), current())
    return f"#{one.subject}" if one.subject.isdigit() else one.subject


def _word(words: Mapping[str, Text], code: str) -> str:
    """Return a code in words; one that has none speaks for itself."""
    return words[code].read(current()) if code in words else code


def _values(text: str | None) -> dict[str, Any]:
    """Return what was written down by name; a bare value has an empty name."""
    if text is None:
        return {}
    found = msgspec.json.decode(text)
    return found if isinstance(found, dict) else {"": found}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Changed]:
    for name in dict.fromkeys((*before, *after)):
        old, new = _told(name, before.get(name)), _told(name, after.get(name))
        if old != new:
            yield Changed(_word(FIELDS, name), old, new)


def _told(name: str, value: object) -> str:
    """Return a value as people write it: months, days, moments and states in words, all else as it was written down."""
    text, reader = _text(value), current()
    if name == "month" and MONTH.fullmatch(text):
        return show.month(int(text), reader)
    if name == "state" and text in STATES:
        return STATES[text].read(reader)
    if DAY.fullmatch(text):
        return show.day(date.fromisoformat(text), "day", reader)
    return show.moment(datetime.fromisoformat(text), reader) if MOMENT.fullmatch(text) else text


def _text(value: object) -> str:
    if value is None:
        return ""
    words = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return words if len(words) <= LONGEST_VALUE else f"{words[: LONGEST_VALUE - 1]}…"


HANDLERS = (audit_page,)
