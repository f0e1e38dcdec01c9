"""What people do, by kind of act; simulator.people puts them together."""
