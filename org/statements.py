"""The statements that read the tree, as it is and as it was known."""

UNITS = """
SELECT u.id, u.code, u.name_zh, u.name_en, u.kind, u.peer_group, u.post, u.star, u.size_class, u.customers, u.traffic,
       u.hors_concours, u.opened_on, u.closed_on, line.parent_id, firm.parent_id AS employer_id
FROM unit u
LEFT JOIN LATERAL (SELECT parent_id FROM membership WHERE unit_id = u.id AND relation = 'line'
  AND starts_on < $2 AND (ends_on IS NULL OR ends_on > $1) ORDER BY starts_on LIMIT 1) line ON true
LEFT JOIN LATERAL (SELECT parent_id FROM membership WHERE unit_id = u.id AND relation = 'employer'
  AND starts_on < $2 AND (ends_on IS NULL OR ends_on > $1) ORDER BY starts_on LIMIT 1) firm ON true
WHERE (u.opened_on IS NULL OR u.opened_on < $2) AND (u.closed_on IS NULL OR u.closed_on > $1)
ORDER BY u.id
"""

KNOWN = """
WITH u AS (SELECT DISTINCT ON (id) * FROM unit_version WHERE revision <= $3 ORDER BY id, revision DESC),
m AS (SELECT DISTINCT ON (id) * FROM membership_version WHERE revision <= $3 ORDER BY id, revision DESC),
placed AS (
  SELECT DISTINCT ON (unit_id, relation) unit_id, relation, parent_id FROM m
  WHERE NOT gone AND starts_on < $2 AND (ends_on IS NULL OR ends_on > $1) ORDER BY unit_id, relation, starts_on
)
SELECT u.id, u.code, u.name_zh, u.name_en, u.kind, u.peer_group, u.post, u.star, u.size_class, u.customers, u.traffic,
       u.hors_concours, u.opened_on, u.closed_on, line.parent_id, firm.parent_id AS employer_id
FROM u LEFT JOIN placed line ON line.unit_id = u.id AND line.relation = 'line'
LEFT JOIN placed firm ON firm.unit_id = u.id AND firm.relation = 'employer'
WHERE NOT u.gone AND (u.opened_on IS NULL OR u.opened_on < $2) AND (u.closed_on IS NULL OR u.closed_on > $1)
ORDER BY u.id
"""
# A change without a moment was not made by this program, or before it kept moments: it counts as known with the one before.
CHANGES = """
SELECT max(number) FILTER (WHERE number < (SELECT coalesce(min(number), 9e18) FROM organisation_moment WHERE at >= $1)) AS known,
  max(number) AS last FROM organisation_moment
"""

# Counted to one more than `org.notices.MOST_SHOWN` and no further.
UNREAD = """
SELECT count(*) FROM (SELECT FROM notice WHERE account_id = $1 AND read_at IS NULL LIMIT 100) AS unread
"""
# Numbered for each reader from one on: a number that counted everybody's would tell how much others are told.
NOTICES = """
SELECT number AS id, kind, zh, en, href, at, read_at
FROM (SELECT row_number() OVER (ORDER BY id) AS number, * FROM notice WHERE account_id = $1) AS own
WHERE $2::bigint IS NULL OR number < $2 ORDER BY number DESC LIMIT $3
"""

_WHO = """
a.id AS account_id, a.username, a.display_name, a.name_en, a.unit_id, a.language, a.theme, a.must_change,
ARRAY(SELECT g.role || ' ' || g.scope_id FROM role_grant g WHERE g.account_id = a.id AND g.starts_on <= $2
  AND (g.ends_on IS NULL OR g.ends_on > $2) ORDER BY g.role, g.scope_id) AS grants,
(SELECT number FROM organisation_revision) AS revision
"""
_BY_SESSION = """
SELECT s.id AS session_id, s.seen_at, s.expires_at, NULL::text AS actions,
  {account} FROM session s JOIN account a ON a.id = s.account_id
WHERE s.id = ANY ($1::text[]) AND s.ended_at IS NULL AND a.disabled_at IS NULL
"""
BY_SESSION = _BY_SESSION.format(account=_WHO)
BY_SESSION_WITH_UNREAD = _BY_SESSION.format(account=f"{_WHO}, ({UNREAD.replace('$1', 'a.id')}) AS unread")
_BY_KEY = """
SELECT t.secret_hash AS session_id, COALESCE(t.used_at, t.created_at - interval '1 hour') AS seen_at, t.expires_at,
  t.actions, {account} FROM api_token t JOIN account a ON a.id = t.account_id
WHERE t.secret_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $3 AND a.disabled_at IS NULL
"""
BY_KEY = _BY_KEY.format(account=_WHO)
