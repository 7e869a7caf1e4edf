"""The pages for people: what the public API answers, as HTML. Scripts only add to them."""
