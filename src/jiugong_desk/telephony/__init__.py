"""Telephone exchanges: what they tell the desk by signed messages, and whose extension is whose."""
