"""Every step of an initiative, with who and when; nothing of it is changed or deleted."""
