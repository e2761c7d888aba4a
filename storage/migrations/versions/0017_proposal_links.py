"""what a link to a proposal finds, and the code it opens it with"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("proposals", sa.Column("link", sa.LargeBinary(16)))
    op.add_column("proposals", sa.Column("link_code", sa.LargeBinary()))
    op.create_index("ix_proposals_link", "proposals", ["link"])


def downgrade() -> None:
    op.drop_index("ix_proposals_link", "proposals")
    op.drop_column("proposals", "link_code")
    op.drop_column("proposals", "link")
