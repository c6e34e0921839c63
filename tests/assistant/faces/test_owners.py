"""Whose conversations: the cookie's word decides, and what is in the database does not make one an owner."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest

from assistant.faces.owners import COOKIE, new_cookie, owner_of


def word(header: str) -> str:
    return SimpleCookie(header)[COOKIE].value


def test_a_new_cookie_is_an_owner_and_no_two_are_the_same() -> None:
    words = [word(new_cookie(secure=False)) for _ in range(3)]
    owners = {owner_of({COOKIE: one}) for one in words}
    assert len(owners) == 3
    assert None not in owners


def test_the_id_in_the_database_is_no_cookie() -> None:
    one = word(new_cookie(secure=False))
    id = owner_of({COOKIE: one})
    assert id is not None
    assert id not in one
    assert owner_of({COOKIE: id}) is None


@pytest.mark.parametrize("said", ["", "x", "../../etc", "a" * 42, "a" * 44, "ä" * 42 + "!"])
def test_what_does_not_look_like_ours_owns_nothing(said: str) -> None:
    assert owner_of({COOKIE: said}) is None
    assert owner_of({}) is None


def test_no_script_and_no_other_site_gets_the_cookie() -> None:
    assert "; HttpOnly; SameSite=Strict" in new_cookie(secure=False)
    assert "Secure" not in new_cookie(secure=False)
    assert new_cookie(secure=True).endswith("; Secure")
