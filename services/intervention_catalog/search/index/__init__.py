"""The documents that are made from the content, and the terms by which they are found."""
