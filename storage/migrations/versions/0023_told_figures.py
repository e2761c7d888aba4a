"""figures that are told once and for all"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "told_figures",
        sa.Column("first_month", sa.String(7), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("last_month", sa.String(7), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("told_figures")
