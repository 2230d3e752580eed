"""The campaign: drafted, approved by somebody else, drawn with a hold-out, launched, dealt to managers."""
