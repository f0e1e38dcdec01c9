"""Playing a history as live updates; simulator.player.playing begins it."""
