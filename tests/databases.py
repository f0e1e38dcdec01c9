"""Which tests are about a database of one kind alone."""

import pytest

# Without it a test that has a database runs on both kinds. This is for those that ask PostgreSQL nothing, down to the
# text of each statement, that the tests beside them do not ask it too: what they prove is no matter of the database.
on_sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
