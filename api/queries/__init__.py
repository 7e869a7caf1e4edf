"""Questions to the store: a session and a criterion in, rows out; no HTTP, no JSON."""
