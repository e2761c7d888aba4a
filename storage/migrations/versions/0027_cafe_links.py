"""where to join a cafe online is sealed, to the team and to the intake

To seal takes the public halves alone, and those stand in the tables: so every link that is there is sealed here, and
nobody who signed up loses it. Where the intake has no key yet, the desk seals it to that when a cafe's page is opened.
Cafes are made at the desk, which makes the team's key first: there is none without it. PostgreSQL's own log keeps the
old rows until it is written over, and backups made before keep them for as long as they are kept.
"""

import sqlalchemy as sa
from alembic import op

from storage.sealing import seal_to

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("cafes", sa.Column("link_team", sa.LargeBinary()))
    op.add_column("cafes", sa.Column("link_intake", sa.LargeBinary()))
    tx = op.get_bind()
    team = tx.execute(sa.text("SELECT public_key FROM team_keys")).scalar()
    intake = tx.execute(sa.text("SELECT public_key FROM intake_keys")).scalar()
    for id_, link in tx.execute(sa.text("SELECT id, link FROM cafes WHERE link <> ''")).all():
        sealed = {
            "id": id_,
            "team": seal_to(bytes(team), link.encode(), f"cafe link:{id_}") if team else None,
            "intake": seal_to(bytes(intake), link.encode(), f"cafe link told:{id_}") if intake else None,
        }
        tx.execute(sa.text("UPDATE cafes SET link_team = :team, link_intake = :intake WHERE id = :id"), sealed)
    if tx.dialect.name == "postgresql":  # it writes the table anew, so that no earlier row stays in its file
        op.execute("ALTER TABLE cafes ALTER COLUMN link TYPE boolean USING false")
    op.drop_column("cafes", "link")


def downgrade() -> None:
    op.add_column("cafes", sa.Column("link", sa.String(300), nullable=False, server_default=""))
    op.drop_column("cafes", "link_intake")
    op.drop_column("cafes", "link_team")
