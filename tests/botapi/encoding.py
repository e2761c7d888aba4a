"""JSON out, and parameters in, whichever way a client writes them: JSON, urlencoded, multipart or the query string."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .refusals import bad_request

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(thing: object) -> bytes:
    return _encoder.encode(thing).encode("utf-8", "surrogatepass")


class Parameters(dict[str, Any]):
    """A call's parameters. Form bodies carry only strings, JSON bodies anything: the readers here take both."""

    def text(self, name: str, default: str = "") -> str:
        value = self.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        value = self.get(name)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")

    def structure(self, name: str) -> Any:
        """A nested object or list, given as such or as a JSON string; None when absent."""
        value = self.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                return json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
        return value


async def read_parameters(request: web.BaseRequest) -> Parameters:
    """All parameters of a request; files in multipart bodies are kept as their content (bytes)."""
    parameters = Parameters(request.query) if request.query_string else Parameters()
    if not request.can_read_body:
        return parameters
    content_type = request.content_type
    if content_type == "application/json":
        body = json.loads(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object")
        parameters.update({name: value for name, value in body.items() if value is not None})
    elif content_type == "multipart/form-data":
        for name, field in (await request.post()).items():
            parameters[name] = field.file.read() if isinstance(field, web.FileField) else field
    else:
        parameters.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    return parameters
