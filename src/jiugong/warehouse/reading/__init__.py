"""What runs in the reading process: a file's bytes in, an Arrow file of its cells out, inside limits.

A small valid workbook (cells A1 and XFD1048576) makes its reader ask for 400 GB and abort: whatever a hostile or broken
file does, it does to that process. Nothing here imports anything of ours outside this folder, nor numpy (a third of the
process's start); `warehouse/reader.py` is the other side.
"""
