"""what somebody signs in with beside their password"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("staff_sessions", sa.Column("proved_at", sa.Float(), nullable=True))
    op.add_column("staff_sessions", sa.Column("challenge", sa.LargeBinary(length=32), nullable=True))
    op.create_table(
        "staff_factors",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("confirmed_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential"),
    )
    op.create_index("ix_staff_factors_staff_id", "staff_factors", ["staff_id"])


def downgrade() -> None:
    op.drop_table("staff_factors")
    op.drop_column("staff_sessions", "challenge")
    op.drop_column("staff_sessions", "proved_at")
