"""Schemathesis reads the API's description and holds the service to it, with every check it has.

By hand, on a service that is running: `.venv/bin/st --config-file tests/contract/schemathesis.toml
run http://127.0.0.1:8000/v1/openapi.json`, with `--max-examples 1000` for a long run.
"""
