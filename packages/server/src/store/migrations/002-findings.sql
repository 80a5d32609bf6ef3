-- What the checks found about a version that was accepted: one row for each version of which there was something to
-- say, written with it. `source` is the organisation or system that it came from, '' where nothing tells. `rules` are
-- the findings in short, `severity layer rule`, each once; `content` the whole of them as JSON.
create table finding (
  patient_key bigint not null,
  type text not null,
  id text not null,
  version integer not null,
  at timestamptz not null,
  source text not null,
  rules text[] not null,
  content text not null,
  primary key (patient_key, type, id, version)
);
create index finding_of_source on finding (source, at);
