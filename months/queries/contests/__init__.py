"""Reading contests: which there are, whose they are, how they stand, what each round came to."""
