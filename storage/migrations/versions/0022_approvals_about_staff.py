"""what two people do that is about a colleague, or about nobody"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    _make_anew(
        sa.Column("case_id", sa.String(length=32)),
        sa.Column("about", sa.Integer()),
        sa.Column("asked_by", sa.Integer()),
    )


def downgrade() -> None:
    _make_anew(
        sa.Column("case_id", sa.String(length=32), nullable=False), sa.Column("asked_by", sa.Integer(), nullable=False)
    )


def _make_anew(*columns: sa.Column[int] | sa.Column[str]) -> None:
    """A row lives a day at most; what nobody has approved or used yet is asked for anew."""
    op.drop_table("approvals")
    names = {column.name for column in columns} & {"about"}
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        *columns,
        sa.Column("asked_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("approved_by", sa.Integer()),
        sa.Column("approved_at", sa.Float()),
        sa.Column("used_at", sa.Float()),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="approved_by_another"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        *(sa.ForeignKeyConstraint([name], ["staff.id"]) for name in sorted(names | {"asked_by", "approved_by"})),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_approvals_case_id", "approvals", ["case_id"])
    op.create_index("ix_approvals_expires_at", "approvals", ["expires_at"])
