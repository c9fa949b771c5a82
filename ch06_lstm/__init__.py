"""Chapter 6: recurrent networks with gates."""
