"""Chapter 2: word vectors by counting."""
