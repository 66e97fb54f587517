"""Answers that are tables: how they are typed, stored and added up. The kinds themselves are in `kinds/`."""
