"""The pages of service months: the list, one month with its closing, awards, export, rules."""
