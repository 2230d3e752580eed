"""What must be read and understood before somebody calls: material, a short quiz, who has passed."""
