"""What a client sent, whichever way it sent it: query, JSON, form or multipart."""

import json
from dataclasses import dataclass
from email.message import Message as Headers
from typing import Any
from urllib.parse import parse_qsl

from simulator.errors import ApiError, bad_request

MAX_UPLOAD = 50 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    file_name: str
    content: bytes


@dataclass(frozen=True)
class Request:
    params: dict[str, Any]
    files: dict[str, Upload]


def read(*, query: bytes, content_type: str, body: bytes) -> Request:
    params: dict[str, Any] = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {}
    files: dict[str, Upload] = {}
    if len(body) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    if not body:
        return Request(params, files)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        params |= _json(body)
    elif kind == "multipart/form-data":
        fields, files = _multipart(content_type, body)
        params |= fields
    else:
        params |= dict(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))
    return Request(params, files)


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(content, dict):
        raise bad_request("can't parse request JSON object")
    return content


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    headers = Headers()
    headers["content-type"] = content_type
    boundary = headers.get_param("boundary")
    if not isinstance(boundary, str):
        raise bad_request("multipart body without a boundary")
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        name, file_name = _disposition(head)
        if file_name is None:
            fields[name] = content.decode("utf-8", errors="replace")
        else:
            files[name] = Upload(file_name, content)
    return fields, files


def _disposition(head: bytes) -> tuple[str, str | None]:
    headers = Headers()
    for line in head.decode("utf-8", errors="replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if colon:
            headers[key.strip()] = value.strip()
    name = headers.get_param("name", header="content-disposition")
    file_name = headers.get_filename()
    return str(name), file_name
