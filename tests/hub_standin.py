"""A stand-in for the Hugging Face hub on loopback: the routes that huggingface_hub uses, and the faults of a network.

Small files are kept in git (ETag: the git blob's id), large ones outside it (LFS: a redirect to another path, as the
real hub redirects to its storage, with the SHA-256 in X-Linked-Etag).
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".bin", ".spm", ".model")


@dataclass
class Repository:
    """One model repository with one commit on its main branch."""

    files: dict[str, bytes]
    card: dict[str, Any] = field(default_factory=dict)
    pipeline: str | None = None

    @property
    def commit(self) -> str:
        return hashlib.sha1(b"".join(n.encode() + self.files[n] for n in sorted(self.files))).hexdigest()


@dataclass
class Faults:
    """What goes wrong, and how often; requests that meet a fault use it up."""

    cuts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By file: connections break after so many bytes of the body."""
    statuses: list[int] = field(default_factory=list)
    """Answers of the next requests instead of the real ones."""
    corrupt: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By file: so many answers carry a flipped byte."""
    vanished: set[str] = field(default_factory=set)
    """Files that the listing names and nobody delivers."""
    stalls: dict[str, int] = field(default_factory=dict)
    """By file: after so many bytes the connection stays open and silent."""
    no_ranges: bool = False
    """Range headers are ignored, as some proxies do."""


class HubStandIn:
    """Serves repositories until it is closed; keeps a log of requests."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.faults = Faults()
        self.requests: list[tuple[str, str, str]] = []
        """Method, path and Range header of every request."""
        self.sent: dict[str, int] = defaultdict(int)
        """Bytes of bodies sent, by file name."""
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def add(self, model_id: str, folder: Path, **options: Any) -> Repository:
        """Publishes the files of a folder under an id."""
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.repositories[model_id] = Repository(files, **options)
        return self.repositories[model_id]

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_HEAD(self) -> None:
                hub._answer(self)

            def do_GET(self) -> None:
                hub._answer(self)

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        path = unquote(urlsplit(request.path).path)
        self.requests.append((request.command, path, request.headers.get("Range", "")))
        if self.faults.statuses:
            self._send(request, self.faults.statuses.pop(0), b"trouble")
        elif match := re.fullmatch(r"/api/models/(.+?)/revision/(.+)", path):
            self._listing(request, match[1], match[2])
        elif match := re.fullmatch(r"/(.+?)/resolve/([^/]+)/(.+)", path):
            self._resolve(request, match[1], match[2], match[3])
        elif match := re.fullmatch(r"/storage/(.+?)/files/(.+)", path):
            self._body(request, match[2], self.repositories[match[1]].files[match[2]], {})
        else:
            self._send(request, 404, b"no such route")

    def _listing(self, request: BaseHTTPRequestHandler, model_id: str, revision: str) -> None:
        repository = self.repositories.get(model_id)
        if repository is None:
            self._send(request, 404, b"{}", {"X-Error-Code": "RepoNotFound"})
            return
        if revision not in ("main", repository.commit):
            self._send(request, 404, b"{}", {"X-Error-Code": "RevisionNotFound"})
            return
        siblings = []
        for name, data in repository.files.items():
            entry: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": _git(data)}
            if name.endswith(LARGE):
                entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
            siblings.append(entry)
        answer = {
            "id": model_id, "modelId": model_id, "sha": repository.commit, "private": False, "gated": False,
            "tags": [], "downloads": 0, "likes": 0, "siblings": siblings, "cardData": repository.card,
            "pipeline_tag": repository.pipeline,
        }  # fmt: skip
        self._send(request, 200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _resolve(self, request: BaseHTTPRequestHandler, model_id: str, revision: str, name: str) -> None:
        repository = self.repositories.get(model_id)
        if repository is None or name not in repository.files or name in self.faults.vanished:
            self._send(request, 404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": revision})
            return
        data = repository.files[name]
        headers = {"X-Repo-Commit": repository.commit}
        if not name.endswith(LARGE):
            self._body(request, name, data, {**headers, "ETag": f'"{_git(data)}"'})
            return
        headers |= {
            "X-Linked-Etag": f'"{hashlib.sha256(data).hexdigest()}"',
            "X-Linked-Size": str(len(data)),
            # another host than the hub's, as the real storage is
            "Location": f"http://localhost:{self._server.server_port}/storage/{model_id}/files/{name}",
        }
        self._send(request, 302, b"", headers)

    def _body(self, request: BaseHTTPRequestHandler, name: str, data: bytes, headers: dict[str, str]) -> None:
        if self.faults.corrupt[name]:
            self.faults.corrupt[name] -= 1
            data = data[:-1] + bytes([data[-1] ^ 1])
        status, start = 200, 0
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if asked and not self.faults.no_ranges:
            status, start = 206, int(asked[1])
            headers = {**headers, "Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        cut = self.faults.cuts[name].pop(0) if request.command == "GET" and self.faults.cuts[name] else None
        stall = self.faults.stalls.get(name) if request.command == "GET" else None
        self._send(request, status, data[start:], headers, cut=cut if stall is None else stall, name=name)

    def _send(
        self, request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None,
        *, cut: int | None = None, name: str = "",
    ) -> None:  # fmt: skip
        request.send_response(status)
        for key, value in (headers or {}).items():
            request.send_header(key, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if request.command == "HEAD":
            return
        part = body if cut is None else body[:cut]
        self.sent[name] += len(part)
        request.wfile.write(part)
        if cut is not None:
            request.wfile.flush()
            if name in self.faults.stalls:
                self._closing.wait(60)
            request.close_connection = True
            request.connection.shutdown(2)


def _git(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def serve() -> Iterator[HubStandIn]:
    """The stand-in, for a fixture."""
    hub = HubStandIn()
    try:
        yield hub
    finally:
        hub.close()
