"""Statistical disclosure control: the rules, the audit of the finished tables, the gate between releases, and the store
of releases that both compare with.

Nothing here depends on how a bundle is built.
"""
