"""The steps of a change set: carried out, undone, tried and thrown away, put before those it displaces."""
