"""Reading archival forms: pure functions, text in, typed values out."""
