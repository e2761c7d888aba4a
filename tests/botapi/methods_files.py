"""Files that a bot sends: their content is kept, as a person's app would have it."""

from typing import Any

from .bots import Bot
from .encoding import Parameters
from .messages import Message
from .methods import Context, method
from .refusals import bad_request


@method("sendDocument")
def send_document(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    content = parameters.get("document")
    if not isinstance(content, bytes):
        raise bad_request("there is no document in the request")
    world = context.world
    chat = world.chat_for(bot, parameters.integer("chat_id"), True)
    now = world.clock.now()
    document = {"file_id": f"made-up-{now}", "file_unique_id": f"{now}", "file_size": len(content)}
    body = {"message_id": chat.take_id(), "from": bot.account(), "chat": chat.header, "date": int(now)}
    if parameters.flag("protect_content"):
        body["has_protected_content"] = True
    silent = parameters.flag("disable_notification")
    chat.put(Message(body | {"document": document}, now, bot.id, silent=silent, file=content))
    return body | {"document": document}
