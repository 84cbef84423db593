"""From sheets as people make them to exact facts, with a reason for every cell that is not taken."""
