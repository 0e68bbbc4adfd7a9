"""The agent for other agents, over the Model Context Protocol."""
