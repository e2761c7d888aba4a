"""what lets the intake lock a proposal that was entered at the desk"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("proposals", sa.Column("due", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("proposals", "due")
