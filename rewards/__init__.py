"""Final places become awards."""
