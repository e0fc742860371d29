"""Invented municipalities, written as the files that their own systems would send, with errors that real files have.

Of ``libs`` and ``services`` it imports only ``libs.shared.values``: the expected counts of a file are known from the
errors that were planted in it, never from reading the file with the code under test. The persons are invented; every
CPR number has the form of a replacement number (day + 60).

Municipality, schools, classes, pupils and absence are generators that can start anywhere, so memory does not grow with
the number of pupils.
"""
