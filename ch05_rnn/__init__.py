"""Chapter 5: recurrent neural networks."""
