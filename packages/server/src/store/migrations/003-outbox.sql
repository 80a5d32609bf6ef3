-- What follows a write. Each version that is written leaves one row in `outbox`, in the write's own transaction; the
-- leading process moves it to a `delivery` for each subscriber that wants it. Rows of one patient are in the order of
-- their commits, because the compartment's row is locked when they are numbered.
create table outbox (
  seq bigint generated always as identity primary key,
  patient_key bigint not null,
  type text not null,
  id text not null,
  version integer not null,
  at timestamptz not null
);

create function to_outbox() returns trigger language plpgsql as $$
begin
  -- A move is only half of a write: the version that follows it tells.
  if new.interaction <> 'move' then
    insert into outbox (patient_key, type, id, version, at)
    values (new.patient_key, new.type, new.id, new.version, new.last_updated);
  end if;
  return null;
end
$$;

create trigger resource_to_outbox after insert or update on resource
  for each row execute function to_outbox();

-- Whoever is told of changes: a FHIR Subscription, a neighbour, or a part of the server itself.
create table subscriber (
  name text primary key,
  last_number bigint not null default 0,  -- how many events there were for it since it began
  paused boolean not null default false,  -- by an operator
  failures integer not null default 0,    -- in a row
  retry_at timestamptz,                   -- while it is not to be tried again
  error text,                             -- the last failure
  last_success timestamptz
);

-- One event for one subscriber. Kept after it is delivered, so that a subscriber that missed some can ask for them.
create table delivery (
  subscriber text not null,
  number bigint not null,
  patient_key bigint not null,
  type text not null,
  id text not null,
  version integer not null,
  at timestamptz not null,                 -- when the version was written
  state text not null default 'waiting',   -- waiting, delivered, refused (by the receiver) or discarded (by an operator)
  attempts integer not null default 0,
  retry_at timestamptz,
  error text,
  edited text,                             -- what an operator wants sent instead
  done_at timestamptz,
  primary key (subscriber, number)
);
create index delivery_waiting on delivery (subscriber, number) where state = 'waiting';
create index delivery_refused on delivery (subscriber, number) where state = 'refused';
create index delivery_done on delivery (done_at) where state in ('delivered', 'discarded');
