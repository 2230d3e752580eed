"""A second pair of eyes: calls drawn by lot for a checker, called again by a second person, and patterns worth a look."""
