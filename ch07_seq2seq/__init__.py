"""Chapter 7: text generation, and from sequence to sequence."""
