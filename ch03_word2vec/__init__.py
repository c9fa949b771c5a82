"""Chapter 3: word vectors by prediction."""
