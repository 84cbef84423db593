"""Tables of the service month, by the part of its life that they belong to."""
