"""figures of cafes that are told once and for all"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("cafes", sa.Column("counts", sa.LargeBinary()))
    op.add_column("cafes", sa.Column("told_with", sa.String(32)))
    op.create_table(
        "told_cafes",
        sa.Column("first_cafe", sa.String(32), primary_key=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("told_cafes")
    op.drop_column("cafes", "told_with")
    op.drop_column("cafes", "counts")
