"""The ASGI application and its JSON doors."""
