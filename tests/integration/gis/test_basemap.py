"""The basemap holds the documented layers at the documented zooms."""

import json
from typing import TYPE_CHECKING

import pytest
from pmtiles.reader import MmapSource, Reader

if TYPE_CHECKING:
    from tests.conftest import BuiltCity


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["generated", "hcmc"])
def test_the_basemap_has_its_layers_and_zooms(name: str, request: pytest.FixtureRequest) -> None:
    city: BuiltCity = request.getfixturevalue(f"{name}_city")
    with city.pack.basemap.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, metadata = reader.header(), reader.metadata()
    layers = {layer["id"]: set(layer["fields"]) for layer in metadata["vector_layers"]}
    assert (header["min_zoom"], header["max_zoom"]) == (9, 15)
    assert (
        {"roads", "water", "places", "wards"} <= set(layers) <= {"roads", "water", "parks", "places", "wards"}
    )
    assert layers["roads"] == {"class", "name"}
    assert layers["wards"] == {"name", "code"}
    described = json.loads((city.pack.folder / "pack.json").read_text())
    assert described["attribution"]
    assert (described["osm_date"] is None) == (name == "generated")
