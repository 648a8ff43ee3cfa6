"""One pass over one connection: observe, plan, guard, commit, apply.

The only part that knows all stages. It knows no scheduler and no command.
"""
