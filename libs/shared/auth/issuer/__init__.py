"""The development issuer: a separate process that issues a token at every request.

It starts only under ``SKOLELOEFT_PROFILE=development`` and marks its documents and tokens as development; a production
service refuses both.
"""
