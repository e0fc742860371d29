"""Days of absence, taken by set and summed up by pupil and month."""
