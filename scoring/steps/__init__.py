"""A score taken apart: every step in words and figures, from the facts to the points."""
