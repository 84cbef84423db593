"""Facts become places."""
