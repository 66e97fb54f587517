"""Pieces that pages of several audiences share."""
