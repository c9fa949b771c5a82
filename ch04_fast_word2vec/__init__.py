"""Chapter 4: word2vec at speed."""
