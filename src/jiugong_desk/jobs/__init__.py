"""Long work in the background: asked for on a page, done by the worker, once, whatever is killed meanwhile."""
