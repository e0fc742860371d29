"""The use cases of pupils: import, look-up and decisions about identity cases."""
