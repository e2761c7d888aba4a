"""tasks are marked once when they are late; alerts of news stand after those of every kind of time"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("tasks") as batch_op:
        batch_op.add_column(sa.Column("late_at", sa.Float(), nullable=True))
    alerts = sa.table("alerts", sa.column("level", sa.Integer))
    op.execute(alerts.update().where(alerts.c.level >= 20).values(level=alerts.c.level + 80))
