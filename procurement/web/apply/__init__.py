"""Pages of the people who apply: start, write, check, submit, wait."""
