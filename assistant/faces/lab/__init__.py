"""The evaluation pages, below `/evaluation`: runs, comparisons, drafted questions, people's labels and opinions."""

from assistant.faces.lab.answering import LARGEST, SETS
from assistant.faces.lab.routes import register

__all__ = ["LARGEST", "SETS", "register"]
