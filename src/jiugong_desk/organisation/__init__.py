"""Units, people, posts: who works where, and what a post may do."""
