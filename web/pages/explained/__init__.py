"""Pages that explain: the receipt, what would lift a unit, what if, two versions of the rules."""
