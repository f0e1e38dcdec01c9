"""What Prometheus is told: counts and durations, never a name, an id or a text."""

from prometheus_client import Counter, Gauge, Histogram

UPDATES = Counter("kith_updates_total", "Updates taken in, by what was done with them.", ["part"])
FAILURES = Counter("kith_failures_total", "Updates filed as failures.", ["part"])
BATCH_SECONDS = Histogram(
    "kith_batch_seconds",
    "From the arrival of a batch to the commit of its last update.",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
WAITS = Counter("kith_database_waits_total", "Times that a batch waited for the database and was done again.")
CALLS = Counter("kith_calls_total", "Calls to Telegram, by method and outcome.", ["method", "outcome"])
OUTBOX_DONE = Counter("kith_outbox_done_total", "Rows of the outbox that were carried out, whatever came of it.")
LAST_POLL = Gauge("kith_last_poll_timestamp_seconds", "When Telegram last answered a request for updates.")
