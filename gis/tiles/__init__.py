"""The basemap: vector tiles in one PMTiles file, drawn without a tile server."""
