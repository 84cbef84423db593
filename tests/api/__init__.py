"""Tests of the JSON interface and of everything around every request."""
