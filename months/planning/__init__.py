"""Plans of months as values: what one holds, what speaks against it, how it is copied, and the rules that come of it."""
