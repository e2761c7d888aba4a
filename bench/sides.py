"""Cairn's own processes as the bench starts them: the real commands, on a folder of their own."""

from pathlib import Path

from bench.processes import Running, free_port

INTAKE_TOKEN = "1001:bench-intake"
STAFF_TOKEN = "1002:bench-staff"


def settings(folder: Path, bot_api_url: str = "", **more: str) -> dict[str, str]:
    """What `cairn` reads; with an address of a Bot API, the public bot is on."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {
        "CAIRN_DATA_DIR": str(folder / "data"),
        "CAIRN_WEB_PORT": str(free_port()),
        "CAIRN_DESK_PORT": str(free_port()),
    }
    if bot_api_url:
        found |= {"CAIRN_BOT_TOKEN": INTAKE_TOKEN, "CAIRN_BOT_API_URL": bot_api_url}
    return found | more


def with_staff_chat(chat: int) -> dict[str, str]:
    """Settings with which alerts go to this chat of the stand-in."""
    return {"CAIRN_STAFF_BOT_TOKEN": STAFF_TOKEN, "CAIRN_STAFF_CHAT_ID": str(chat)}


def intake(folder: Path, values: dict[str, str]) -> Running:
    """`cairn intake`."""
    return Running("cairn", "intake", log=folder / "intake.log", **values)


def desk(folder: Path, values: dict[str, str]) -> Running:
    """`cairn desk`."""
    return Running("cairn", "desk", log=folder / "desk.log", **values)
