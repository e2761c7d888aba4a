"""A stand-in for Telegram's Bot API: bots talk to it over real HTTP, tests act as the people around them.

In a test::

    async with BotApi() as api:              # or: api = BotApi(); await api.start(); ...; await api.stop()
        bot = api.bot("1001:made-up")        # any well-formed token works; BotApi(tokens=[...]) refuses others (401)
        ...                                  # start the bot against api.url
        person = api.person()                # with several bots: api.person(bot=...) or person.say(..., to=bot)
        await person.start()                 # "/start"; start("payload") as from a link
        [reply] = await person.waits_for(1)  # the bot's next message or edit; NothingCameError after 30 s
        tap = await person.tap("Yes")        # data or label, newest message first; on=message for an old one
        await tap.answered()                 # {"text", "show_alert"} of answerCallbackQuery

aiogram: ``AiohttpSession(api=TelegramAPIServer.from_base(api.url))``.
python-telegram-bot: ``base_url(api.url + "/bot")``.

Person: say, start, tap, press_key (reply keyboard), send(kind) with kind photo, voice, sticker, contact, document,
video_note or location, send_album, edit, delete, clear, block, unblock, delete_account; messages, last, keyboard,
waits_for; chat_in(to) is the Chat.
Chat: messages, shown (of bots), last, keyboard, acts (all bots did, edits as new versions), by_id, gone, find_button,
waits_for(n), waits_until(lambda chat: ...), skip_to_now.
Message: id, text, buttons, labels, button(what), markup, silent, edited, body (the Bot API's Message object).
Group: api.group(title, people, bots, forum=...), a Chat to pass as `to`; add_person(person, admin, anonymous),
remove_person, set_bot(bot, status), upgrade, topics, member. People who write in a topic pass topic=its id.
Outage: await api.stop(), await api.start(port=the same): the world lives on in between.
Clock: api.clock.advance(seconds); BotApi(clock=Clock(start=...)) stands still. A tap waits 150 s to be fetched and may
be answered for 15 s, all else waits a day; messages can be deleted for 48 h. After a week without updates, or
bot.queue.jump(), ids go on from a random number. BotApi(paced=True) keeps Telegram's sending limits (429),
BotApi(quirks=True) its brake on polls that repeat an offset.
Faults: api.faults.add(kind, on="sendMessage", times=1, chat=..., bot=..., containing=..., skip=...); see faults.Fault.
Log: api.calls.of("sendMessage"), await api.calls.waits_for(method, n), and api.calls.unknown: methods not modelled,
answered 501; assert that it is empty.

Other processes: ``python -m tests.botapi --port 9000`` prints its address; every verb of control.py stands under
/_world/ (POST JSON, or GET with a query): person group say send tap edit delete block unblock messages chats calls
faults clock.
"""

from .bell import NothingCameError
from .bots import Bot
from .calls import Call, CallLog
from .clock import Clock
from .faults import Fault
from .groups import Group
from .markup import Button
from .messages import Chat, Message
from .people import Person
from .server import BotApi
from .world import Tap

__all__ = [
    "Bot", "BotApi", "Button", "Call", "CallLog", "Chat", "Clock", "Fault", "Group", "Message", "NothingCameError",
    "Person", "Tap",
]  # fmt: skip
