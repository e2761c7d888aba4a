"""The Bot API stand-in carries bots written as their libraries' manuals say, unmodified, over real HTTP."""

import asyncio
from collections.abc import Awaitable, Callable

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import Application, CallbackQueryHandler, MessageHandler, filters

from tests.botapi import BotApi

TOKEN = "1001:made-up"
KEYS = [("Yes", "v1:nonce:step:yes"), ("No", "v1:nonce:step:no")]
AIOGRAM_KEYS = aiogram.types.InlineKeyboardMarkup(
    inline_keyboard=[[aiogram.types.InlineKeyboardButton(text=text, callback_data=data)] for text, data in KEYS]
)
PTB_KEYS = telegram.InlineKeyboardMarkup(
    [[telegram.InlineKeyboardButton(text, callback_data=data)] for text, data in KEYS]
)


async def run_aiogram(url: str) -> None:
    bot = aiogram.Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = aiogram.Dispatcher()

    @dispatcher.message()
    async def ask(message: aiogram.types.Message) -> None:
        await message.answer("Well?", reply_markup=AIOGRAM_KEYS)

    @dispatcher.callback_query()
    async def note(query: aiogram.types.CallbackQuery) -> None:
        assert isinstance(query.message, aiogram.types.Message)
        await query.answer("Noted")
        await query.message.edit_text(f"Noted: {query.data}")

    await dispatcher.start_polling(bot, handle_signals=False)


async def run_ptb(url: str) -> None:
    async def ask(update: telegram.Update, _: object) -> None:
        assert update.message is not None
        await update.message.reply_text("Well?", reply_markup=PTB_KEYS)

    async def note(update: telegram.Update, _: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Noted")
        await update.callback_query.edit_message_text(f"Noted: {update.callback_query.data}")

    app = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
    app.add_handler(MessageHandler(filters.ALL, ask))
    app.add_handler(CallbackQueryHandler(note))
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling()
        try:
            await asyncio.Event().wait()
        finally:
            await app.updater.stop()
            await app.stop()


@pytest.mark.parametrize("run", [run_aiogram, run_ptb])
async def test_an_unmodified_bot_runs_on_it(run: Callable[[str], Awaitable[None]]) -> None:
    async with BotApi() as api:
        running = asyncio.ensure_future(run(api.url))
        person = api.person(bot=api.bot(TOKEN))
        await person.start()
        [question] = await person.waits_for(1)
        assert question.labels == ["Yes", "No"]
        tap = await person.tap("Yes")
        assert (await tap.answered())["text"] == "Noted"
        [noted] = await person.waits_for(1)
        assert (noted.text, noted.id, noted.labels) == ("Noted: v1:nonce:step:yes", question.id, [])
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert api.calls.unknown == []
