"""training of staff with its last days, and the languages they speak"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("staff", sa.Column("languages", sa.String(length=120), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "staff_training",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id", "kind"),
    )


def downgrade() -> None:
    op.drop_table("staff_training")
    op.drop_column("staff", "languages")
