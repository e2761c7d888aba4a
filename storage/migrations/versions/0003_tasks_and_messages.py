"""tasks, messages between the desk and a person, and where the person can be written to"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "intake_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "case_addresses",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("person", sa.LargeBinary(length=16), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    with op.batch_alter_table("case_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_addresses_person"), ["person"], unique=False)

    op.create_table(
        "talks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("touched_at", sa.Float(), nullable=False),
        sa.Column("ended_by", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talks_case_id"), ["case_id"], unique=False)
        batch_op.create_index("talks_by_state", ["state", "touched_at"], unique=False)

    op.create_table(
        "desk_messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("settled_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["case_entries.id"],
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"],
            ["talks.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("desk_messages", schema=None) as batch_op:
        batch_op.create_index("desk_messages_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_desk_messages_case_id"), ["case_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("assignee", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("done_at", sa.Float(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["done_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["case_entries.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_case_id"), ["case_id"], unique=False)
        batch_op.create_index("tasks_due", ["state", "due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index("tasks_due")
        batch_op.drop_index(batch_op.f("ix_tasks_case_id"))

    op.drop_table("tasks")
    with op.batch_alter_table("desk_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_messages_case_id"))
        batch_op.drop_index("desk_messages_due")

    op.drop_table("desk_messages")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_index("talks_by_state")
        batch_op.drop_index(batch_op.f("ix_talks_case_id"))

    op.drop_table("talks")
    with op.batch_alter_table("case_addresses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_addresses_person"))

    op.drop_table("case_addresses")
    op.drop_table("intake_keys")
