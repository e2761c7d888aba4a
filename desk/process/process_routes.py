"""The addresses of a process, under its case, and who may come to each."""

from starlette.routing import Route

from desk.access import let_members
from desk.cases import ledger
from desk.process import process_deeds, process_page, record_page, signing
from policy.access import Deed

FOLDER = "/cases/{case_id}/process"


def routes() -> list[Route]:
    """All of them. They stand before the address that leads back to a case."""
    return [
        Route(FOLDER, let_members(Deed.FACILITATE, process_page.show), methods=["GET"]),
        Route(f"{FOLDER}/move", let_members(Deed.FACILITATE, process_deeds.move), methods=["POST"]),
        Route(f"{FOLDER}/withdraw", let_members(Deed.FACILITATE, process_deeds.withdraw), methods=["POST"]),
        Route(f"{FOLDER}/facilitators", let_members(Deed.WORK, process_deeds.name_facilitator), methods=["POST"]),
        Route(
            f"{FOLDER}/facilitators/{{staff_id:int}}/release",
            let_members(Deed.WORK, process_deeds.release_facilitator),
            methods=["POST"],
        ),
        Route(
            f"{FOLDER}/follow-ups/{{name}}",
            let_members(Deed.FACILITATE, process_deeds.see_to_follow_up),
            methods=["POST"],
        ),
        Route(
            f"{FOLDER}/tasks/{{task_id:int}}", let_members(Deed.FACILITATE, process_deeds.finish_task), methods=["POST"]
        ),
        Route(f"{FOLDER}/ledger", let_members(Deed.FACILITATE, ledger.show), methods=["GET"]),
        Route(f"{FOLDER}/sign", let_members(Deed.FACILITATE, signing.sign), methods=["POST"]),
        Route(f"{FOLDER}/sign-off", let_members(Deed.SUPERVISE, signing.show), methods=["GET"]),
        Route(f"{FOLDER}/sign-off", let_members(Deed.SUPERVISE, signing.supervise), methods=["POST"]),
        Route(f"{FOLDER}/{{form}}", let_members(Deed.FACILITATE, record_page.show), methods=["GET"]),
        Route(f"{FOLDER}/{{form}}", let_members(Deed.FACILITATE, record_page.save), methods=["POST"]),
    ]
