"""The development issuer: a separate process that gives a token to everybody who asks.

It starts only under ``SKOLELOEFT_PROFILE=development`` and marks its documents and tokens as development; a production
service refuses both.
"""
