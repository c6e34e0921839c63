"""Where people meet the assistant: command line, browser, HTTP. Thin; all consume the same events."""
