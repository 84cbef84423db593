"""Watching the facts of a month: who signs for them, who is late, what is odd; values in, values out."""
