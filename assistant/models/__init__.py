"""Where words come from: the chat models, and how the one to use is chosen."""

from assistant.models.base import ChatModel, Message, Reply

__all__ = ["ChatModel", "Message", "Reply"]
