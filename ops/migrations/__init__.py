"""The history of the tables, in Tortoise's own format."""
