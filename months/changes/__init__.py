"""Changes that can move a result: what they propose, whom they move, who may decide; values in, values out."""
