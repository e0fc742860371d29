"""What the content files hold, one module per file; a file that does not fit is refused with the field's place."""
