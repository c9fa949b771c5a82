"""The documents, and `python -m docs`, which makes pages of them and of the code (docs/site)."""
