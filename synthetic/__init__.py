"""Invented municipalities, written as the files their own systems would send, with the dirt of real ones.

It imports nothing of ``libs`` or ``services``: what it foretells about a file is known from what was planted in it,
never from reading the file with the code that is to be tested. Nobody in it exists; every CPR number has the form of
a replacement number (day + 60).

Municipality, schools, classes, pupils and absence are generators that can be started anywhere, so memory does not
grow with the number of pupils.
"""
