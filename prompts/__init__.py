"""The prompts: one file per task and language, `TASK.LANG.md`, with its variables declared in the first lines."""
