"""What each page shows, as frozen values already in the reader's language."""
