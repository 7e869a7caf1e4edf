"""Endpoints: each asks and represents; HTTP manners live here in one place each."""
