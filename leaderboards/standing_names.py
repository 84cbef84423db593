"""How the numbers are called that a standing keeps beside its measures; readers need nothing else to find them."""

CLASS = "class:"
NODE = "node:"
COUNT = "count:"
