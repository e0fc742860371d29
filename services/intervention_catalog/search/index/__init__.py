"""What is indexed: documents made from the content, and the terms they are found by."""
