"""Points become places: boards, ranking, visibility, movement."""
