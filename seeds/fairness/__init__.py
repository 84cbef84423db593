"""How much of a contest is luck: halls whose true quality is known, months of samples, and rules that judge them."""
