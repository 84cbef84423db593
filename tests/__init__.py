"""What must hold, in sentences; run on a real PostgreSQL and a real Valkey."""
