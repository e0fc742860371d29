"""Rows whose identifiers contradict what is known: listed until a person has merged the pupils or dismissed them."""
