-- What neighbours have told of and this server still has to fetch. Told of again while it is fetched, it is fetched again.
create table to_fetch (
  neighbour text not null,                -- where it is fetched
  what text not null,                     -- Type/id there, or Type?identifier=system|value
  told bigint not null default 1,         -- how often it was told of since it was last fetched
  told_at timestamptz not null default clock_timestamp(),
  state text not null default 'waiting',  -- waiting, or refused (by this server, for what it is)
  attempts integer not null default 0,
  retry_at timestamptz,
  error text,
  primary key (neighbour, what)
);
create index to_fetch_waiting on to_fetch (neighbour, told_at) where state = 'waiting';

-- The Subscription that this server has made at a neighbour.
create table subscription_elsewhere (
  neighbour text primary key,
  id text,                                -- there; null until all is in order
  token text not null,                    -- what its notifications have to show
  last_event bigint not null default 0,   -- every event up to this one has been told
  beyond bigint[] not null default '{}',  -- events after a gap that have been told
  good_at timestamptz                     -- when it was last known that nothing is missing
);
