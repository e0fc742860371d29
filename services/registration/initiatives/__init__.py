"""Initiatives and their funding: which municipalities are invited and answer, what each gets of the pool, and where the
money goes.

``grants.use_cases`` is what the room of projects calls: ``grant_of`` and ``release_grant``.
"""
