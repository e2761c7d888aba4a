"""referrals somebody else proposed"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code", sa.LargeBinary(length=16), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_person"), ["person"], unique=False)
        batch_op.create_index("proposals_by_state", ["state", "expires_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index("proposals_by_state")
        batch_op.drop_index(batch_op.f("ix_proposals_person"))
        batch_op.drop_index(batch_op.f("ix_proposals_code"))

    op.drop_table("proposals")
