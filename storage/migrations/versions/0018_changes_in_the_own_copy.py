"""what a person changes later, in their own copy too"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("cases", sa.Column("copy_public", sa.LargeBinary(32)))
    op.add_column("case_entries", sa.Column("own_note", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("case_entries", "own_note")
    op.drop_column("cases", "copy_public")
