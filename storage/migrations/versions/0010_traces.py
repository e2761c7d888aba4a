"""what stands in chats, to be deleted there"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "traces",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("person", sa.LargeBinary(length=16), nullable=False),
        sa.Column("messages", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_traces_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_traces_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_traces_person"), ["person"], unique=False)

    op.create_table(
        "chat_choices",
        sa.Column("person", sa.LargeBinary(length=16), nullable=False),
        sa.Column("stays", sa.String(length=8), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    with op.batch_alter_table("chat_choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_choices_at"), ["at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("chat_choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_choices_at"))

    op.drop_table("chat_choices")
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_traces_person"))
        batch_op.drop_index(batch_op.f("ix_traces_due_at"))
        batch_op.drop_index(batch_op.f("ix_traces_at"))

    op.drop_table("traces")
