"""The routes under /v1/imports, what they answer with, and who may call them."""
