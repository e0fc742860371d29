"""The products that can be ordered, one folder each. A product is a declaration (``product.py``) in the list of
``offered.py``.
"""
