"""who is away and who stands in for them, and who must have nothing to do with a case"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("stand_in", sa.Integer()),
        sa.Column("starts_at", sa.Float(), nullable=False),
        sa.Column("ends_at", sa.Float()),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["stand_in"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id"),
    )
    op.create_table(
        "conflicts",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("who", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id", "who"),
    )


def downgrade() -> None:
    op.drop_table("conflicts")
    op.drop_table("absences")
