-- One table per kind of row: the row itself, and columns that the database computes from its body.

CREATE TABLE centre.calls (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    line text GENERATED ALWAYS AS (body ->> 'line') STORED,
    state text GENERATED ALWAYS AS (body ->> 'state') STORED,
    rung_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'rung_at')) STORED,
    CONSTRAINT calls_pkey PRIMARY KEY (id)
);
CREATE INDEX calls_rung_at_index ON centre.calls (rung_at);
CREATE INDEX calls_subject_index ON centre.calls ((body #>> '{number,subject}'));

CREATE TABLE centre.reports (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    receipt_code text GENERATED ALWAYS AS (body ->> 'receipt_code') STORED,
    channel text GENERATED ALWAYS AS (body ->> 'channel') STORED,
    status text GENERATED ALWAYS AS (body ->> 'status') STORED,
    subject text GENERATED ALWAYS AS (body ->> 'subject') STORED,
    device text GENERATED ALWAYS AS (body ->> 'device') STORED,
    incident_id text GENERATED ALWAYS AS (body ->> 'incident_id') STORED,
    received_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'received_at')) STORED,
    geom public.geometry(Point, 4326) GENERATED ALWAYS AS (centre.point(body #> '{place,lon_lat}')) STORED,
    CONSTRAINT reports_pkey PRIMARY KEY (id)
);
CREATE INDEX reports_geom_index ON centre.reports USING gist (geom);
CREATE INDEX reports_incident_id_index ON centre.reports (incident_id);
CREATE INDEX reports_receipt_code_index ON centre.reports (receipt_code);
CREATE INDEX reports_received_at_index ON centre.reports (received_at);
CREATE INDEX reports_subject_index ON centre.reports (subject);

CREATE TABLE centre.incidents (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    number text GENERATED ALWAYS AS (body ->> 'number') STORED,
    type_code text GENERATED ALWAYS AS (body ->> 'type_code') STORED,
    priority integer GENERATED ALWAYS AS ((body ->> 'priority')::integer) STORED,
    state text GENERATED ALWAYS AS (body ->> 'state') STORED,
    opened_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'opened_at')) STORED,
    closed_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'closed_at')) STORED,
    geom public.geometry(Point, 4326) GENERATED ALWAYS AS (centre.point(body #> '{place,lon_lat}')) STORED,
    CONSTRAINT incidents_pkey PRIMARY KEY (id)
);
CREATE INDEX incidents_geom_index ON centre.incidents USING gist (geom);
CREATE UNIQUE INDEX incidents_number_index ON centre.incidents (number);
CREATE INDEX incidents_opened_at_index ON centre.incidents (opened_at);

CREATE TABLE centre.legs (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    incident_id text GENERATED ALWAYS AS (body ->> 'incident_id') STORED,
    state text GENERATED ALWAYS AS (body ->> 'state') STORED,
    requested_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'requested_at')) STORED,
    closed_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'closed_at')) STORED,
    CONSTRAINT legs_pkey PRIMARY KEY (id)
);
CREATE INDEX legs_incident_id_index ON centre.legs (incident_id);
CREATE INDEX legs_requested_at_index ON centre.legs (requested_at);

CREATE TABLE centre.assignments (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    incident_id text GENERATED ALWAYS AS (body ->> 'incident_id') STORED,
    leg_id text GENERATED ALWAYS AS (body ->> 'leg_id') STORED,
    unit_id text GENERATED ALWAYS AS (body ->> 'unit_id') STORED,
    state text GENERATED ALWAYS AS (body ->> 'state') STORED,
    created_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'created_at')) STORED,
    ended_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'ended_at')) STORED,
    CONSTRAINT assignments_pkey PRIMARY KEY (id)
);
CREATE INDEX assignments_created_at_index ON centre.assignments (created_at);
CREATE INDEX assignments_incident_id_index ON centre.assignments (incident_id);
CREATE INDEX assignments_unit_id_index ON centre.assignments (unit_id);

CREATE TABLE centre.deliveries (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    unit_id text GENERATED ALWAYS AS (body ->> 'unit_id') STORED,
    assignment_id text GENERATED ALWAYS AS (body ->> 'assignment_id') STORED,
    n integer GENERATED ALWAYS AS ((body ->> 'n')::integer) STORED,
    CONSTRAINT deliveries_pkey PRIMARY KEY (id)
);
CREATE INDEX deliveries_unit_id_n_index ON centre.deliveries (unit_id, n);

CREATE TABLE centre.recommendations (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    incident_id text GENERATED ALWAYS AS (body ->> 'incident_id') STORED,
    CONSTRAINT recommendations_pkey PRIMARY KEY (id)
);

CREATE TABLE centre.stations (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    name text GENERATED ALWAYS AS (body ->> 'name') STORED,
    geom public.geometry(Point, 4326) GENERATED ALWAYS AS (centre.point(body #> '{lon_lat}')) STORED,
    CONSTRAINT stations_pkey PRIMARY KEY (id)
);
CREATE INDEX stations_geom_index ON centre.stations USING gist (geom);

CREATE TABLE centre.units (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    call_sign text GENERATED ALWAYS AS (body ->> 'call_sign') STORED,
    station_id text GENERATED ALWAYS AS (body ->> 'station_id') STORED,
    type_code text GENERATED ALWAYS AS (body ->> 'type_code') STORED,
    phase text GENERATED ALWAYS AS (body ->> 'phase') STORED,
    CONSTRAINT units_pkey PRIMARY KEY (id)
);

CREATE TABLE centre.crews (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    signed_on_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'signed_on_at')) STORED,
    signed_off_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'signed_off_at')) STORED,
    CONSTRAINT crews_pkey PRIMARY KEY (id)
);

CREATE TABLE centre.desks (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    name text GENERATED ALWAYS AS (body ->> 'name') STORED,
    CONSTRAINT desks_pkey PRIMARY KEY (id)
);

CREATE TABLE centre.seats (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    user_id text GENERATED ALWAYS AS (body ->> 'user_id') STORED,
    CONSTRAINT seats_pkey PRIMARY KEY (id)
);

CREATE TABLE centre.alerts (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    kind text GENERATED ALWAYS AS (body ->> 'kind') STORED,
    level text GENERATED ALWAYS AS (body ->> 'level') STORED,
    incident_id text GENERATED ALWAYS AS (body ->> 'incident_id') STORED,
    raised_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'raised_at')) STORED,
    CONSTRAINT alerts_pkey PRIMARY KEY (id)
);

CREATE TABLE centre.people (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    name text GENERATED ALWAYS AS (body ->> 'name') STORED,
    CONSTRAINT people_pkey PRIMARY KEY (id)
);

CREATE TABLE centre.handovers (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    desk_id text GENERATED ALWAYS AS (body ->> 'desk_id') STORED,
    written_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'written_at')) STORED,
    taken_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'taken_at')) STORED,
    CONSTRAINT handovers_pkey PRIMARY KEY (id)
);
CREATE INDEX handovers_written_at_index ON centre.handovers (written_at);
