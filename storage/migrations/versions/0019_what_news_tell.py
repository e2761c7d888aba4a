"""which news an alert tells of"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("about", sa.String(length=12)))


def downgrade() -> None:
    op.drop_column("alerts", "about")
