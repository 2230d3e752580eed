"""The standing hold-out: customers whom no campaign calls for a period, to tell what all campaigns together bring."""
