"""Whose conversations: a random word in an HttpOnly cookie, of which the database knows the hash only."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, HTTPException, Request

COOKIE = "wenju_owner"
_WORD = re.compile(r"[\w-]{43}")
_YEAR = 365 * 24 * 3600


def owner_of(cookies: Mapping[str, str]) -> str | None:
    """The owner's id in the database; None for a browser that has no cookie (yet)."""
    word = cookies.get(COOKIE, "")
    return hashlib.sha256(word.encode()).hexdigest()[:32] if _WORD.fullmatch(word) else None


def new_cookie(secure: bool) -> str:
    """A `Set-Cookie` header that makes a browser an owner for a year after its last visit."""
    return cookie(secrets.token_urlsafe(32), secure)


def cookie(word: str, secure: bool) -> str:
    """The header for a word."""
    tail = "; Secure" if secure else ""
    return f"{COOKIE}={word}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Strict{tail}"


def owner(request: Request) -> str:
    """Whose request this is. Raises 403 for a browser that has not been given a cookie."""
    found = owner_of(request.cookies)
    if found is None:
        raise HTTPException(403, "This browser keeps no cookies, so nothing is its own; open the page first.")
    return found


Owner = Annotated[str, Depends(owner)]
