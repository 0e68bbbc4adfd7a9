"""The web front: chat page, APIs and MCP over one agent."""
