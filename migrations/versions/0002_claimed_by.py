"""The outbox remembers which worker is sending a row.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INT64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("claimed_by", INT64, nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "claimed_by")
