"""Statistical disclosure control: the rules, the audit of the finished tables, and the gate between releases.

Nothing here knows how a bundle is built.
"""
