"""The fault of a bundle that is not whole."""


class BundleIncomplete(RuntimeError):
    """Bytes of a finished bundle are not in the store."""
