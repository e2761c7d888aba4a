"""How this channel speaks to the Bot API: through aiogram, as a typed sender, and as nothing else.

Here may live the calls and the session under them. The library's own polling, dispatcher and states are not used: they
acknowledge before anything is done. No error of the library goes further up: their texts hold words or the token.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, FormData

from bot.channels.telegram_failures import CANNOT_BE_EDITED, NOTHING_CHANGED, OtherPoller, WrongToken, failure
from bot.channels.telegram_messages import Payload, attachment, edit, notice, sends
from bot.channels.telegram_updates import ALLOWED_UPDATES
from bot.messages import Document
from bot.posting.letters import Deletion, Outgoing
from bot.posting.not_sent import Doubtful, Later, NotSent, Refused
from bot.referrals import files
from content.words import Words

POLL_SECONDS = 25
ANSWER_SECONDS = 15
MOST_UPDATES = 100
CONNECTIONS = 200
COMMANDS = ("start", "stop", "help", "clear", "messages", "web", "erase", "privacy")
MOST_DELETIONS = 100
"""Messages that one call of deleteMessages takes."""
CONNECT_SECONDS = 5
PATIENCE = ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS)
JSON = {"Content-Type": "application/json"}
DONE = b'{"ok":true'
GET_UPDATES = "getUpdates"
POLL_PATIENCE = ClientTimeout(total=POLL_SECONDS + ANSWER_SECONDS, sock_connect=CONNECT_SECONDS)


class Plain(TelegramMethod[Any]):
    """A call whose answer is taken as it is. The library's models of a message cost more than sending it."""

    __returning__ = Any
    __api_method__ = ""


class Session(AiohttpSession):
    """The library's session, with a short way for plain calls; bytes that are no text do not break it."""

    async def create_session(self) -> ClientSession:
        """The one session, without cookies, and without headers Telegram has no use for."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=self._connector_type(**self._connector_init),
                cookie_jar=DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
            )
        return self._session

    async def call(self, bot: Bot, name: str, parameters: Payload, patience: ClientTimeout | None = None) -> Any:
        """The answer to a call. Raises what the library raises."""
        session = await self.create_session()
        data, headers = _body(parameters)
        try:
            url = self.api.api_url(token=bot.token, method=name)
            async with session.post(url, data=data, headers=headers, timeout=patience or PATIENCE) as answer:
                body = await answer.read()
        except (TimeoutError, ClientError) as error:
            raise TelegramNetworkError(method=Plain(), message=type(error).__name__) from error
        if answer.status == 200 and body.startswith(DONE):
            with suppress(ValueError, KeyError):  # cut off on the way: what the library makes of that follows
                return json.loads(body)["result"]
        content = body.decode("utf-8", "replace")
        return self.check_response(bot=bot, method=Plain(), status_code=answer.status, content=content).result

    async def close(self) -> None:
        """Let go of every connection. The library waits for encrypted ones to close; there may be none."""
        if self._session is not None and self.api.base.startswith("http:"):
            await self._session.close()
        await super().close()


def _body(parameters: Payload) -> tuple[bytes | FormData, dict[str, str]]:
    """Parameters as JSON; where one is a file, as a form, for the Bot API takes new files in no other way."""
    if not any(isinstance(value, Document) for value in parameters.values()):
        return json.dumps(parameters).encode(), JSON
    form = FormData()
    for name, value in parameters.items():
        if isinstance(value, Document):
            form.add_field(name, value.content, filename=value.name, content_type=value.media_type)
        else:
            form.add_field(name, json.dumps(value))
    return form, {}


class Wire:
    """A bot's connection. Raises WrongToken when the token has not the form of one."""

    def __init__(self, token: str, api_url: str) -> None:
        self._session = Session(api=TelegramAPIServer.from_base(api_url), limit=CONNECTIONS, timeout=ANSWER_SECONDS)
        try:
            self._bot = Bot(token, session=self._session)
        except TokenValidationError:
            raise WrongToken from None
        self._gone: dict[int, int] = {}
        """Of a long message under way, how many of its parts have gone."""

    async def introduce(self) -> str:
        """The bot's own username. Raises WrongToken, or Later when nobody answers."""
        try:
            return (await self._bot.get_me()).username or ""
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise WrongToken from None
        except Exception as error:
            raise failure(error) from None

    async def describe(self, words: Words, code: str | None = None, *more: str) -> None:
        """Let Telegram show the commands and a description that give nothing away. Raises NotSent.

        `code`: only to people whose app is in this language; None: to all others. `more`: commands besides.
        """
        commands = [
            BotCommand(command=each, description=words.text("telegram", f"commands.{each}"))
            for each in (*COMMANDS, *more)
        ]
        try:
            await self._bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=code)
            await self._bot.set_my_short_description(words.text("telegram", "bot.short_description"), code)
        except Exception as error:
            raise failure(error) from None

    async def fetch(self, offset: int) -> list[Any]:
        """Updates from `offset` on, at most 100, as they came; those before it are confirmed by asking.

        Raises WrongToken, OtherPoller, NotSent.
        """
        wanted = {"offset": offset, "limit": MOST_UPDATES, "timeout": POLL_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        try:
            found = await self._session.call(self._bot, GET_UPDATES, wanted, POLL_PATIENCE)
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise WrongToken from None
        except TelegramConflictError:
            raise OtherPoller from None
        except Exception as error:
            raise failure(error) from None
        if not isinstance(found, list):
            raise Doubtful
        return found

    async def send(self, outgoing: Outgoing) -> tuple[int, ...]:
        """Send a message, or change the one it stands in for; the ids of what is new. Raises NotSent."""
        change = edit(outgoing.address, outgoing.reply)
        if change is not None and await self._edit(change):
            return ()
        document = outgoing.reply.document
        if document is not None:
            document = await asyncio.to_thread(files.made, document)
        calls: list[tuple[str, Payload]] = (
            [("sendDocument", attachment(outgoing.address, document))] if document else []
        )
        calls += [("sendMessage", payload) for payload in sends(outgoing.address, outgoing.reply)]
        became: list[int] = []
        first = self._gone.pop(hash(outgoing), 0) if self._gone else 0
        for number in range(first, len(calls)):
            try:
                became += _id_of(await self._post(*calls[number]))
            except NotSent as no:
                if number and isinstance(no, (Later, Doubtful)):
                    self._gone[hash(outgoing)] = number
                no.became = tuple(became)
                raise
        return tuple(became)

    async def delete(self, deletion: Deletion) -> tuple[int, ...]:
        """Delete these messages, what is gone already or too old being passed over, and say what is said then.

        Raises NotSent.
        """
        said, ids = deletion.then, deletion.messages
        for first in range(0, len(ids), MOST_DELETIONS):
            some = ids[first : first + MOST_DELETIONS]
            try:
                await self._post("deleteMessages", {"chat_id": int(deletion.address), "message_ids": some})
            except Doubtful:  # to delete them once more does nothing
                raise Later from None
            except Refused as no:
                if no.all_of_person:
                    raise
                said = deletion.otherwise
        return await self.send(Outgoing(deletion.address, said)) if said else ()

    async def say(self, address: str, text: str) -> None:
        """Say one sentence in a chat that is nobody's own. Raises NotSent."""
        await self._post("sendMessage", notice(address, text))

    async def answer_press(self, press: str) -> None:
        """Tell Telegram that a button press was taken. Raises NotSent."""
        await self._post("answerCallbackQuery", {"callback_query_id": press})

    async def close(self) -> None:
        """Let go of every connection."""
        await self._session.close()

    async def _edit(self, change: Payload) -> bool:
        """Whether the message now says this; False where it is gone or can't be changed any more."""
        try:
            await self._session.call(self._bot, "editMessageText", change)
        except TelegramBadRequest as no:
            said = no.message.lower()
            if NOTHING_CHANGED in said:
                return True
            if any(each in said for each in CANNOT_BE_EDITED):
                return False
            raise failure(no) from None
        except Exception as error:
            meant = failure(error)
            if isinstance(meant, Doubtful):  # to change it to the same once more does nothing
                raise Later from None
            raise meant from None
        return True

    async def _post(self, name: str, parameters: Payload) -> Any:
        try:
            return await self._session.call(self._bot, name, parameters)
        except Exception as error:
            raise failure(error) from None


def _id_of(message: Any) -> tuple[int, ...]:
    """The id of a message that was sent; none where the answer does not say it as it should."""
    found = message.get("message_id") if isinstance(message, dict) else None
    return (found,) if isinstance(found, int) else ()
