"""`make bench`: the service measured against its budgets, with its yardsticks in the same run.

`corpus` makes and loads archives of any size; `serving` starts servers on a core of their own;
`load` asks them from another; `measures` has one function for each line of `budgets`; `figures`
draws how cost grows with the archive. Only ratios of one run say much: machines are noisy.
"""
