"""Makes the pages: names.py finds definitions, code.py and markdown.py write, site.py gathers."""
