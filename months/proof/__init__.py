"""Whether a sealed month follows from its facts: computed again from values, wherever they come from."""
