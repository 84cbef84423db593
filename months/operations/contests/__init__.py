"""Writing contests: drawn up by one person, announced by another, called off with a reason, settled round by round."""
