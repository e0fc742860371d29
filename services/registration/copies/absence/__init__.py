"""Read models of absence: a pupil's days in a month, and which months a school has reported."""
