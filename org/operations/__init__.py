"""Changing the organisation, its accounts and their sessions."""
