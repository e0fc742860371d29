"""Drafts that the secretariat and the municipalities write before content is published."""
