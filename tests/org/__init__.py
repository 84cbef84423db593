"""Tests of the organisation, of who may do what, and of accounts."""
