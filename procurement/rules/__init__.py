"""Decisions that need no database."""
