"""The structured project description: what is written, what it lacks, and how it is judged with its plan.

A service that stores descriptions, the catalog's check and the command line use this one model.
"""
