"""Who may ask where, and which reports a channel may see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath

from assistant.errors import BadSetting
from vectorstore.schema import Report

EVERYWHERE = "*"


class Access:
    """The rules of three settings. Without any, everybody may ask everywhere about everything."""

    def __init__(self, channels: str = "", users: str = "", reports: str = "") -> None:
        """`channels` and `users` are lists of Slack ids; `reports` is `CHANNEL=tag,tag` with spaces between.

        Raises `BadSetting` for a rule that cannot be read.
        """
        self._channels = _ids("channels", channels)
        self._users = _ids("users", users)
        self._tags = _rules(reports)

    def may_ask(self, channel: str, user: str) -> bool:
        """Whether this person may ask in this channel; direct messages are open to everybody who may ask."""
        open_here = not self._channels or channel in self._channels or channel.startswith("D")
        return open_here and (not self._users or user in self._users)

    def visible(
        self, reports: Iterable[Report], channel: str, team: str, owners: Mapping[str, Collection[str]]
    ) -> frozenset[str] | None:
        """The ids of the reports a channel may see; None when that is all of them.

        Reports that a team brought through Slack are seen by that team only. A channel that no rule names
        sees what the rule for `*` says, everything when there is none.
        """
        tags = self._tags.get(channel, self._tags.get(EVERYWHERE))
        if tags is not None and EVERYWHERE in tags:
            tags = None
        if tags is None and not owners:
            return None
        return frozenset(
            report.id
            for report in reports
            if (tags is None or tags & tags_of(report)) and team in owners.get(report.id, (team,))
        )


def tags_of(report: Report) -> frozenset[str]:
    """What a rule may call a report by, in lower case: its tags, folders, publisher, file name and id."""
    names = [*report.tags, *PurePath(report.path).parent.parts, report.publisher or "", report.source, report.id]
    return frozenset(_tag(name) for name in names if name)


def _tag(name: str) -> str:
    return re.sub(r"[\s,]+", "-", name.strip().lower())


def _ids(name: str, said: str) -> frozenset[str]:
    ids = frozenset(re.split(r"[\s,]+", said.strip())) - {""}
    for id in ids:
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,20}", id):
            raise BadSetting(
                f"WENJU_SLACK_{name.upper()} holds {id!r}, which is no Slack id such as C0123456789"
            )
    return ids


def _rules(said: str) -> dict[str, frozenset[str]]:
    rules = {}
    for rule in said.split():
        channel, equals, tags = rule.partition("=")
        if not equals or not tags or not re.fullmatch(r"\*|[A-Z][A-Z0-9]{1,20}", channel):
            raise BadSetting(
                f"WENJU_SLACK_REPORTS holds {rule!r}; write CHANNEL=tag,tag with spaces between, for example "
                "C0123456789=finance *=public"
            )
        rules[channel] = frozenset(_tag(tag) for tag in tags.split(",") if tag)
    return rules
