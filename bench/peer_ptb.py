"""The same questions the way of python-telegram-bot: ConversationHandler in memory, its long polling as it comes.

`python -m bench.peer_ptb URL TOKEN QUESTIONS`
"""

import sys
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    ApplicationBuilder,
    BaseHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

from bench.question import ROWS, TEXT, data

Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, int]]


def keyboard(number: int) -> InlineKeyboardMarkup:
    """The buttons of a question."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data(number, label)) for label in row] for row in ROWS]
    )


def answering(number: int) -> Handler:
    """What is said is kept, and the next question asked."""

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message is not None
        if number >= 0 and context.user_data is not None:
            context.user_data[f"question_{number}"] = update.message.text
        await update.message.reply_text(TEXT, reply_markup=keyboard(number + 1))
        return number + 1

    return answer


def main(url: str, token: str, questions: str) -> None:
    """Serve until ended."""
    words = filters.TEXT & ~filters.COMMAND
    start: BaseHandler[Update, ContextTypes.DEFAULT_TYPE, object] = CommandHandler("start", answering(-1))
    conversation = ConversationHandler(
        [start],
        {number: [MessageHandler(words, answering(number))] for number in range(int(questions))},
        [start],
        allow_reentry=True,
    )
    application = ApplicationBuilder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(conversation)
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
