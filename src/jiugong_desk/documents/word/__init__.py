"""What runs in the filling process: a Word template of the bank's and the words of a document in, a .docx out.

A template comes from outside: whatever a hostile or broken one does, it does to that process, inside the limits of
`jiugong.warehouse.reading`. Nothing here imports Django or anything of ours outside this folder and that one;
`documents/bridge.py` is the other side.
"""
