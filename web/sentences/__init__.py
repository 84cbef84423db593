"""The sentences of the larger pages, each once and in both languages."""
