"""How snapshots lie on disk: layers of rows in immutable files, a manifest for each date, loads and their undoing.

layout      parts and order of a table's rows
stacks      layers upon layers, and when they are folded
manifest    what a date consists of; replaced by one rename
files       sorted rows into files named by their content
relations   the layers of a table as one expression
compare     what a load changes
load, undo  the two things that write
"""
