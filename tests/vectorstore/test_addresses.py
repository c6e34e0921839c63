"""What may be shown of an endpoint's address."""

from __future__ import annotations

import pytest

from vectorstore.addresses import shown


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.example.org/v1", "https://api.example.org/v1"),
        ("https://me:secret@api.example.org:8443/v1?key=secret", "https://api.example.org:8443/v1"),
        ("http://a@b@host/", "http://host/"),
    ],
)
def test_an_address_is_shown_without_what_is_secret_in_it(url: str, told: str) -> None:
    assert shown(url) == told
