"""A real PostgreSQL and a real Valkey from wheels, run by our own supervisor when no address is given."""
