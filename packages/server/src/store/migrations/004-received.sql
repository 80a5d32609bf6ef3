-- What was received from elsewhere, by the business key that it came under: the newest version of it from each source, so
-- that what is sent again, or arrives late, changes nothing. `at` is when the source says that it wrote the version, or
-- sent it. `id` and `version` are what the record was given for it; null where it was refused as an error that nothing
-- here was made from.
create table received (
  source text not null,
  type text not null,
  system text not null,
  value text not null,
  at timestamptz,
  source_version text,
  content text not null, -- a hash
  id text,
  version integer,
  primary key (source, type, system, value)
);
create index received_as on received (type, id, version);

-- What was received that has no identifier to know it by (a product made up, a professional without a number), by its
-- content, so that it is kept once.
create table received_content (
  type text not null,
  content text not null, -- a hash
  id text not null,
  primary key (type, content)
);

-- The first answer to each message, by its sender and its Bundle.identifier. Written with what the message brought.
create table message_answer (
  source text not null,
  identifier text not null,
  content text not null, -- a hash
  at timestamptz not null default now(),
  answer text not null,
  primary key (source, identifier)
);
