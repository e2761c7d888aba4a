"""The same questions as a bot of aiogram's own: Dispatcher, states in memory, its long polling as it comes.

`python -m bench.peer_aiogram URL TOKEN QUESTIONS`
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from bench.question import ROWS, TEXT, data

Handler = Callable[[Message, FSMContext], Awaitable[None]]


def keyboard(number: int) -> InlineKeyboardMarkup:
    """The buttons of a question."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=data(number, label)) for label in row] for row in ROWS
        ]
    )


def dispatcher(questions: int) -> Dispatcher:
    """A state for each question; what is said is kept, and the next one asked."""
    states = [State(f"question_{number}") for number in range(questions + 1)]
    type("Referral", (StatesGroup,), {f"question_{number}": state for number, state in enumerate(states)})
    found = Dispatcher()

    def answering(number: int) -> Handler:
        async def answer(message: Message, state: FSMContext) -> None:
            if number >= 0:
                await state.update_data({f"question_{number}": message.text})
            await state.set_state(states[number + 1])
            await message.answer(TEXT, reply_markup=keyboard(number + 1))

        return answer

    found.message.register(answering(-1), Command("start"))
    for number in range(questions):
        found.message.register(answering(number), states[number])
    return found


async def main(url: str, token: str, questions: str) -> None:
    """Serve until ended."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url), limit=200)
    await dispatcher(int(questions)).start_polling(Bot(token, session=session))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
