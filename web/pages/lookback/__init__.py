"""Pages that look back: the season, histories, weak points, the hall of fame, what a theme achieved."""
