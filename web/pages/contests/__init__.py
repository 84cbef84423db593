"""Pages of contests: what concerns the reader first, then all of them; and the desk of those who run them."""
