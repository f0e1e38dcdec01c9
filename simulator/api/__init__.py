"""The Bot API: one file for each kind of method; simulator.api.methods lists them."""
