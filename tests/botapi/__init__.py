"""A stand-in for Telegram's Bot API: bots talk to it over real HTTP, tests act as the people around them.

In a test::

    async with BotApi() as api:              # or: api = BotApi(); await api.start(); ...; await api.stop()
        bot = api.bot("1001:made-up")        # any well-formed token works; BotApi(tokens=[...]) refuses all others (401)
        ...                                  # start the bot against api.url
        person = api.person()                # person.bot = ... or person.say(..., to=bot) when there are several bots
        await person.start()                 # "/start"; start("payload") as from a link
        [reply] = await person.waits_for(1)  # next message or edit of the bot; waits on events, NothingCameError after 10 s
        tap = await person.tap("Yes")        # by callback data or label, newest message first; on=message for an old one
        await tap.answered()                 # {"text", "show_alert"} of answerCallbackQuery

aiogram: ``AiohttpSession(api=TelegramAPIServer.from_base(api.url))``; python-telegram-bot: ``base_url(api.url + "/bot")``.

Person: say, start, tap, press_key (reply keyboard), send(kind: photo voice sticker contact document video_note location),
send_album, edit, delete, clear, block, unblock, delete_account; messages, last, keyboard, waits_for; chat_in(to) is the Chat.
Chat: messages, shown (of bots), last, keyboard, acts (all bots did, edits as new versions), by_id, gone, find_button,
waits_for(n), waits_until(lambda chat: ...), skip_to_now. Message: id, text, buttons, labels, button(what), markup, silent, body.
Group = api.group(title, people, bots, forum=...): a Chat to pass as `to`; add_person, remove_person, set_bot(bot, status),
upgrade, topics, member. People who write in a topic pass topic=its id.
Clock: api.clock.advance(seconds); BotApi(clock=Clock(start=...)) stands still. Taps live 150 s unfetched, may be answered for
15 s; the rest lives a day; messages can be deleted for 48 h. BotApi(paced=True) keeps Telegram's sending limits (429),
BotApi(quirks=True) its brake on repeated polls. A queue's `jump()` makes the next update id random, as after a week.
Faults: api.faults.add(kind, on="sendMessage", times=1, chat=..., bot=..., containing=..., skip=...), kinds in faults.Fault.
Log: api.calls.of("sendMessage"), .unknown (methods not modelled, answered 501: assert it is empty), await .waits_for(method, n).

Other processes: ``python -m tests.botapi --port 9000`` prints its address; every function of control.py is a verb under
/_world/ (POST JSON or GET query): person group say send tap edit delete block unblock messages chats calls faults clock.
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
