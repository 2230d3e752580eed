"""The desk: where people work. People, permissions, time, records; the library `jiugong` decides."""
