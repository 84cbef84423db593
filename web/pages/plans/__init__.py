"""The pages of plans: the year, the plan of one month with its checks, the rules of a month for all."""
