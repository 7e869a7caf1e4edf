"""Rows in, public shapes out."""
