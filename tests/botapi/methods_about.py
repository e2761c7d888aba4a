"""The Bot API's methods about the bot itself, its updates, its chats and their topics."""

from typing import Any

from .bots import Bot
from .encoding import Parameters
from .groups import Group
from .methods import Context, Method, method
from .refusals import WEBHOOK_IS_ACTIVE, bad_request, conflict
from .webhooks import Webhook

MAX_POLL = 50
_FLAGS = (
    "can_connect_to_business", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics",
    "can_manage_bots", "supports_guest_queries", "supports_join_request_queries",
)  # fmt: skip


class RawUpdates(list[bytes]):
    """Updates already in JSON."""


@method("getMe")
def get_me(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    groups = {"can_join_groups": True, "can_read_all_group_messages": bot.reads_all, "supports_inline_queries": False}
    return {**bot.account(), **groups, **dict.fromkeys(_FLAGS, False)}


@method("getUpdates")
async def get_updates(context: Context, bot: Bot, parameters: Parameters) -> RawUpdates:
    if context.webhooks.of(bot) is not None:
        raise conflict(WEBHOOK_IS_ACTIVE)
    bot.queue.allow(parameters.structure("allowed_updates"))
    limit = min(max(parameters.integer("limit", 100), 1), 100)
    timeout = min(max(parameters.integer("timeout"), 0), MAX_POLL)
    return RawUpdates(await bot.queue.take(parameters.integer("offset"), limit, timeout))


@method("setWebhook")
def set_webhook(context: Context, bot: Bot, parameters: Parameters) -> bool:
    if not parameters.text("url"):
        return delete_webhook(context, bot, parameters)
    if parameters.flag("drop_pending_updates"):
        bot.queue.clear()
    bot.queue.allow(parameters.structure("allowed_updates"))
    most = min(max(parameters.integer("max_connections", 40), 1), 100)
    context.webhooks.set(bot, Webhook(parameters.text("url"), parameters.text("secret_token"), most))
    return True


@method("deleteWebhook")
def delete_webhook(context: Context, bot: Bot, parameters: Parameters) -> bool:
    if parameters.flag("drop_pending_updates"):
        bot.queue.clear()
    context.webhooks.remove(bot)
    return True


@method("getWebhookInfo")
def get_webhook_info(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    info: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": bot.queue.pending()}
    if webhook := context.webhooks.of(bot):
        info |= {"url": webhook.url, "max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
        if webhook.last_error:
            info |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if bot.queue.allowed is not None:
        info["allowed_updates"] = sorted(bot.queue.allowed)
    return info


@method("close")
@method("logOut")
def leave(context: Context, bot: Bot, parameters: Parameters) -> bool:
    return True


def _profile(noun: str, field: str, most: int) -> None:
    def key(parameters: Parameters) -> tuple[str, str]:
        return noun, parameters.text("language_code")

    def write(context: Context, bot: Bot, parameters: Parameters) -> bool:
        value = parameters.text(field)
        if len(value) > most:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        bot.profile[key(parameters)] = value
        return True

    def read(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
        default = bot.profile.get((noun, ""), bot.name if field == "name" else "")
        return {field: bot.profile.get(key(parameters)) or default}

    method(f"setMy{noun}")(write)
    method(f"getMy{noun}")(read)


_profile("Name", "name", 64)
_profile("Description", "description", 512)
_profile("ShortDescription", "short_description", 120)


def _scope(parameters: Parameters) -> tuple[str, str]:
    scope = parameters.structure("scope") or {"type": "default"}
    return f"Commands {sorted(scope.items())}", parameters.text("language_code")


@method("setMyCommands")
def set_my_commands(context: Context, bot: Bot, parameters: Parameters) -> bool:
    commands = parameters.structure("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("can't parse commands: at most 100 BotCommand expected")
    for command in commands:
        name, text = command.get("command", ""), command.get("description", "")
        name = name.removeprefix("/")
        if not (1 <= len(name) <= 32 and name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(text) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.profile[_scope(parameters)] = commands
    return True


@method("getMyCommands")
def get_my_commands(context: Context, bot: Bot, parameters: Parameters) -> list[Any]:
    return list(bot.profile.get(_scope(parameters), []))


@method("deleteMyCommands")
def delete_my_commands(context: Context, bot: Bot, parameters: Parameters) -> bool:
    bot.profile.pop(_scope(parameters), None)
    return True


@method("getChat")
def get_chat(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    chat = context.world.chat_for(bot, parameters.integer("chat_id"), writing=False)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    more = {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return {**chat.header, **more}


@method("getChatMember")
def get_chat_member(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    return _group(context, bot, parameters).member(parameters.integer("user_id"))


@method("createForumTopic")
def create_forum_topic(context: Context, bot: Bot, parameters: Parameters) -> dict[str, Any]:
    topic = _group(context, bot, parameters).open_topic(bot, parameters.text("name"))
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": 7322096}


@method("deleteForumTopic")
def delete_forum_topic(context: Context, bot: Bot, parameters: Parameters) -> bool:
    group = _group(context, bot, parameters)
    group.require_admin(bot, "not enough rights to delete a topic")
    group.delete_topic(parameters.integer("message_thread_id"))
    return True


def _open_or_close(closed: bool) -> Method:
    def change(context: Context, bot: Bot, parameters: Parameters) -> bool:
        group = _group(context, bot, parameters)
        group.require_admin(bot, "not enough rights to close or reopen the topic")
        group.topic(parameters.integer("message_thread_id")).closed = closed
        return True

    return change


method("closeForumTopic")(_open_or_close(True))
method("reopenForumTopic")(_open_or_close(False))


def _group(context: Context, bot: Bot, parameters: Parameters) -> Group:
    chat = context.world.chat_for(bot, parameters.integer("chat_id"))
    if not isinstance(chat, Group):
        raise bad_request("method is available only for groups and supergroups")
    return chat
