"""Small cells stay unknown: which counts of a delivery are left empty, and the proof that nothing printed gives them
away. Pure functions; no table knows how it is done, and nothing here knows what a table is about.
"""
