"""Units, people, memberships with dates, roles; who may do what and who may see what."""
