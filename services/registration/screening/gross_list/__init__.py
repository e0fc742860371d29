"""Screening: flags with reasons. Being on the gross list decides nothing; a selection is a person's decision."""
