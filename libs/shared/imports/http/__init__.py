"""The routes under ``/v1/imports``, their answers, and who may call them."""
