"""Drafts: what the secretariat and the municipalities write before it is published."""
