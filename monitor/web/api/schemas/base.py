"""What all answers have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0, le=1)]


class Out(BaseModel):
    """Filled from the objects of the domain, by the same names."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)
