"""Opis: archival records as an API.

The way of the data is the way through the folders: a seed file is read (`parsing`), written to
the database as one generation of the corpus (`loading`, `store`), asked for (`queries`), given
its public shape (`representations`) and sent (`routes`).
"""
