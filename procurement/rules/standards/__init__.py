"""Published facts in the words of the open standards: OCDS 1.1.5 for procurement, 360Giving 1.4 for grants."""
