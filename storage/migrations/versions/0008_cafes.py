"""restorative cafes, sign-ups, notes"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "cafes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("starts_at", sa.Float(), nullable=False),
        sa.Column("ends_at", sa.Float(), nullable=False),
        sa.Column("town", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("access_notes", sa.String(length=300), nullable=False),
        sa.Column("has_food", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("called_off_at", sa.Float(), nullable=True),
        sa.Column("signed_up", sa.Integer(), nullable=True),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cafes_starts_at", "cafes", ["starts_at"])
    op.create_table(
        "cafe_sign_ups",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cafe_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("chat", sa.LargeBinary(length=16), nullable=False),
        sa.Column("code", sa.LargeBinary(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reach", sa.LargeBinary(), nullable=True),
        sa.Column("remind_at", sa.Float(), nullable=True),
        sa.Column("tell", sa.String(length=12), nullable=True),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.Column("keep_longer", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cafe_id"], ["cafes.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cafe_sign_ups_by_cafe", "cafe_sign_ups", ["cafe_id", "state", "at"])
    for column in ("chat", "code", "remind_at", "tell"):
        op.create_index(f"ix_cafe_sign_ups_{column}", "cafe_sign_ups", [column])
    op.create_table(
        "cafe_notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cafe_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["cafe_id"], ["cafes.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cafe_notes_cafe_id", "cafe_notes", ["cafe_id"])


def downgrade() -> None:
    for table in ("cafe_notes", "cafe_sign_ups", "cafes"):
        op.drop_table(table)
