"""The development issuer: a small process of its own that hands out tokens to anybody who asks.

It starts under ``SKOLELOEFT_PROFILE=development`` only, marks its documents and its tokens as development, and a
production service refuses both.
"""
