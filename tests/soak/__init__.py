"""Ten minutes of everything at once: `make soak`, or `make soak MINUTES=1`.

A service in a process of its own answers mixed traffic while its seed changes every few seconds.
No request may fail, no answer may mix two revisions of a record, an ETag stands for one body, and
memory stays flat.
"""
