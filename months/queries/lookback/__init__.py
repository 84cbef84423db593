"""Reading back over published months: histories, weak points, the hall of fame, what themes achieved."""
