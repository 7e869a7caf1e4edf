"""Tables, engines and derived indexes."""
