"""cases handed on to a colleague, and opened by a manager with a reason"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "case_openings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("told_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_openings_case_id", "case_openings", ["case_id"])
    op.create_table(
        "hand_ons",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["to_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_hand_ons_to_id", "hand_ons", ["to_id"])
    op.create_index("audit_by_action", "audit", ["action", "at"])


def downgrade() -> None:
    op.drop_index("audit_by_action", "audit")
    op.drop_table("hand_ons")
    op.drop_table("case_openings")
