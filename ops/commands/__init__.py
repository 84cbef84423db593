"""One module a command: ABOUT says what it does, `add_arguments` what it takes, `run` does it and returns the exit code."""
