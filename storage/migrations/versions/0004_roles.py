"""a member of staff may have several roles"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("staff", sa.Column("roles", sa.String(length=64), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE staff SET roles = 'coordinator manager' WHERE role = 'manager'")  # they did both until now
    op.execute("UPDATE staff SET roles = role WHERE role <> 'manager'")
    op.drop_column("staff", "role")


def downgrade() -> None:
    op.add_column("staff", sa.Column("role", sa.String(length=16), nullable=False, server_default="coordinator"))
    op.execute("UPDATE staff SET role = 'manager' WHERE roles LIKE '%manager%'")
    op.drop_column("staff", "roles")
