"""What a script of files and events must come to: slow references beside the real services."""
