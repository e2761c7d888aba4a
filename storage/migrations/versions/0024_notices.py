"""notices to staff that are about no case"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("about", sa.Integer(), sa.ForeignKey("staff.id")),
        sa.Column("approval", sa.String(32)),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.Float()),
    )
    op.create_index("notices_due", "notices", ["state", "due_at"])
    op.create_index("notices_about", "notices", ["about", "kind"])


def downgrade() -> None:
    op.drop_table("notices")
