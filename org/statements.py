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
