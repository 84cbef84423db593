"""The pages people read: templates, charts drawn on the server, and the handlers that fill them."""
