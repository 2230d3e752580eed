"""May we contact this customer now? The consent ledger, do-not-call, and the contact policy as one pure rule."""
