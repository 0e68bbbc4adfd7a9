"""The agent: a LangGraph graph over the recommender, the tools and an LLM that may be away."""
