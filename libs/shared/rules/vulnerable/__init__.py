"""The evaluator's definition of a vulnerable pupil: high absence or low wellbeing before taking part."""
