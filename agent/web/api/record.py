"""What every body and answer of the API is."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A body or an answer; the words under its fields are their descriptions in OpenAPI."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
