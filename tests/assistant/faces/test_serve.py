from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from assistant.errors import BadSetting
from assistant.faces.serve import address, check, listen, serve
from assistant.settings import load
from tests.conftest import ROOT


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_others_are_let_in_only_with_a_password(home: Path, host: str) -> None:
    with pytest.raises(BadSetting, match=f"listening on {re.escape(host)}.*WENJU_PASSWORD"):
        check(load(home, host=host))
    with pytest.raises(BadSetting, match="WENJU_PASSWORD"):
        check(load(home, host=host, password=""))
    check(load(home, host=host, password="secret"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_loopback_needs_none(home: Path, host: str) -> None:
    check(load(home, host=host))


def test_a_port_in_use_is_one_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"cannot listen on 127.0.0.1:{port}: address already in use"):
            serve(load(home), port=port)


def test_an_address_that_is_not_ours_is_one_sentence() -> None:
    with pytest.raises(BadSetting, match="cannot listen on"):
        listen("192.0.2.1", 0)
    with pytest.raises(BadSetting, match="cannot listen on"):
        listen("no such host", 0)


def test_the_address_said_is_one_a_browser_can_open() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        assert address("127.0.0.1", listening) == f"http://127.0.0.1:{port}/"
        assert address("0.0.0.0", listening) == f"http://127.0.0.1:{port}/"
        assert address("::1", listening) == f"http://[::1]:{port}/"


SERVER = """
    import assistant
    from assistant.faces.serve import serve
    from assistant.settings import load
    from tests.assistant.faces.fakes import FakeAssistant
    assistant.open_assistant = lambda settings: FakeAssistant()
    serve(load(), port=0)
    print("ended")
"""


def test_it_says_its_address_answers_and_ends_cleanly_on_ctrl_c(home: Path) -> None:
    import httpx

    command = [sys.executable, "-c", textwrap.dedent(SERVER)]
    server = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout is not None
    said = server.stdout.readline()
    found = re.fullmatch(r"Wenju is at (http://127\.0\.0\.1:\d+/)\n", said)
    assert found, said
    assert httpx.get(found[1] + "api/health").json()["status"] == "ok"
    # What an open page holds: a stream that never ends by itself.
    page = httpx.Client().stream("GET", found[1] + "gradio_api/heartbeat/somebody")
    assert page.__enter__().status_code == 200
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=15)
    assert (out, err, server.returncode) == ("ended\n", "", 0)
