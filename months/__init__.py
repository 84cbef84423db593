"""A themed service month from announcement to publication."""
