"""The ground: settings, clock, period, points, errors, database, outbox, audit, sheets, language; no rule of the contest."""
