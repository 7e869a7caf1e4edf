"""The only writer: finds what changed in the seed and writes one generation of the corpus."""
