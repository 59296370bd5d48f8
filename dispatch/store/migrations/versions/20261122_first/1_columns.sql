-- What computed columns need.

CREATE FUNCTION centre.utc(value text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT
PARALLEL SAFE AS $$
BEGIN
    -- Every time in a body carries its zone, so the session's zone cannot change the result.
    RETURN value::timestamptz;
END $$;

CREATE FUNCTION centre.lon_lat(lon double precision, lat double precision) RETURNS public.geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
'SELECT public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4326)';

CREATE FUNCTION centre.point(value jsonb) RETURNS public.geometry LANGUAGE plpgsql IMMUTABLE STRICT
PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(value) <> 'array' THEN RETURN NULL; END IF;
    RETURN public.ST_SetSRID(
        public.ST_MakePoint((value ->> 0)::double precision, (value ->> 1)::double precision), 4326);
END $$;
