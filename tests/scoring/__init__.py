"""Values become points."""
