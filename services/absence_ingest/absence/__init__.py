"""Days of absence, imported by set and summed up by pupil and month."""
