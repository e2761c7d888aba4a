"""alerts that tell who opened a case with a written reason"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("opened_by", sa.Integer()))


def downgrade() -> None:
    op.drop_column("alerts", "opened_by")
