"""About forty people with habits of their own, who live in a group for as long as they are told to."""
