"""Identity: encrypted identifiers and names, and the person id that connects a pupil's ids across municipalities."""
