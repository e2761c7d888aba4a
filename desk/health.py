"""Whether the desk is alive, and whether it can do its work: for whoever watches it. Tells nothing else.

Here may live the answers to /live and /ready.
"""

import logging

from starlette.responses import PlainTextResponse, Response

from desk.visit import Visit
from storage import audit, database, team

LOG = logging.getLogger("cairn.desk")
OK = "ok\n"


class Undone(Exception):
    """Raised to undo a transaction that was only a trial."""


class OldTables(Exception):
    """The tables are those of another version of Cairn."""


def live(_visit: Visit) -> Response:
    """The loop turns, or this would not be answered."""
    return PlainTextResponse(OK)


def ready(visit: Visit) -> Response:
    """The database can be written to, its tables are those of this version, and there is a team key."""
    try:
        with visit.desk.database.begin() as tx:
            if database.version(tx) != database.newest_version():
                raise OldTables
            team.public_key(tx)
            audit.write(tx, visit.desk.secrets.audit, visit.now, None, "ready")
            raise Undone
    except Undone:
        return PlainTextResponse(OK)
    except Exception as error:  # whatever it is, the desk cannot work: its class is enough to look further
        LOG.error("not ready: %s", type(error).__name__)
        return PlainTextResponse(f"not ready: {type(error).__name__}\n", 503)
