"""How fast we are, beside what this machine can do at most."""
