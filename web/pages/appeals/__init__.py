"""The pages of appeals: one's own and those to decide, a new one, one with its evidence and its decision."""
