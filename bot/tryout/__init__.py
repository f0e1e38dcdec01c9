"""The try-out: a simulated Telegram in a process of its own, and a Kith that lives in it, on this machine alone."""
