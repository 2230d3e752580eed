"""Pages of those who take a course or answer for them (`reading`), and of those who write it (`building`)."""
