"""Whether rules are fair: what the rule book alone shows, and what a month scored by it shows."""
