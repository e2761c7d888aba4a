"""which head of the audit went off this machine last"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "heads_sent",
        sa.Column("way", sa.String(8), primary_key=True),
        sa.Column("row", sa.Integer()),
        sa.Column("at", sa.Float()),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("heads_sent")
