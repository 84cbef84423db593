"""The pages of change sets: the list, a new one, one with its preview and decision, a hearing."""
