"""A conversation on disk: sealed under a key of its own, made from the intake's secret and the row's salt."""

import json
from dataclasses import dataclass, field, replace

from bot.conversation import Conversation
from storage.conversations import StoredDraft
from storage.sealing import Keys, new_salt, seal, unseal

PURPOSE = "conversation"
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the intake remembers of one person between two messages."""

    conversation: Conversation
    channel: str
    address: str = field(repr=False)
    agreed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """For each consent the wording shown and the time of the answer: evidence that it was asked and given."""
    return_code: str = field(default="", repr=False)
    """The words that lead back here; kept so that the same ones are shown again."""
    salt: bytes = field(default=b"", repr=False)
    desk_case: str = ""
    """The case about which the desk has begun something here."""
    receipts: dict[str, bytes] = field(default_factory=dict, repr=False)
    """What the codes typed here were derived to, which is slow: kept as long as the codes are, and sealed with them."""

    def with_salt(self) -> "Draft":
        """The same with a salt, made once for its life."""
        return self if self.salt else replace(self, salt=new_salt())


def lock(draft: Draft, keys: Keys, person: bytes) -> StoredDraft:
    """The draft as it is stored."""
    data = {
        "conversation": draft.conversation.as_data(),
        "channel": draft.channel,
        "address": draft.address,
        "agreed": draft.agreed,
        "return_code": draft.return_code,
        "receipts": {code: master.hex() for code, master in draft.receipts.items()},
        "desk_case": draft.desk_case,
    }
    salted = draft.with_salt()
    key = keys.of(salted.salt, PURPOSE)
    plain = _JSON.encode(data).encode()
    return StoredDraft(salted.salt, seal(key, plain, f"{PURPOSE}:{person.hex()}"))


def unlock(stored: StoredDraft, keys: Keys, person: bytes) -> Draft:
    """The draft that was stored. Raises storage.sealing.SealBroken when it is not this person's or not whole."""
    key = keys.of(stored.salt, PURPOSE)
    data = json.loads(unseal(key, stored.draft, f"{PURPOSE}:{person.hex()}"))
    agreed = {name: (wording, at) for name, (wording, at) in data["agreed"].items()}
    conversation = Conversation.from_data(data["conversation"])
    held = (conversation, data["channel"], data["address"], agreed, data["return_code"], stored.salt)
    receipts = {code: bytes.fromhex(master) for code, master in data.get("receipts", {}).items()}
    return Draft(*held, data.get("desk_case", ""), receipts)
