"""Settings, addresses, commands: how the rooms are put together."""
