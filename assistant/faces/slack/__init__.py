"""The Slack bot: answers with evidence in the threads where a team already talks."""
