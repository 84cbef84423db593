"""Reads of leaderboards: boards, places, neighbours, seasons, search; all from one snapshot held in memory."""
