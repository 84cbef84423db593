"""The acts that move a service month on; each is one transaction with its audit row inside."""
