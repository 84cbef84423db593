"""Pages about losses that are passed on."""
