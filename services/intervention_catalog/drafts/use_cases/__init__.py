"""What the authors of a draft and the secretariat do with it."""
