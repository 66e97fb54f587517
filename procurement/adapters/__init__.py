"""One file per thing outside the house."""
