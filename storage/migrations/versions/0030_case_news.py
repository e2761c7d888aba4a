"""what a person adds to a case is seen to by who was shown it

Until now any entry of staff after it did that, so of what is there, whoever wrote the last is taken to have seen it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "case_news",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("shown_to", sa.Integer(), nullable=False),
        sa.Column("seen_to", sa.Integer(), nullable=False),
    )
    op.execute(
        "INSERT INTO case_news (case_id, staff_id, shown_to, seen_to) "
        "SELECT case_id, staff_id, max(id), max(id) FROM case_entries "
        "WHERE staff_id IS NOT NULL AND kind <> 'released' GROUP BY case_id, staff_id"
    )


def downgrade() -> None:
    op.drop_table("case_news")
