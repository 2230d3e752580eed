"""Who did what, when: written once, chained per unit, verified by a command."""
