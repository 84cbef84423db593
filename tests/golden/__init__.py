"""Published schemes with officially printed points, as rule books."""
