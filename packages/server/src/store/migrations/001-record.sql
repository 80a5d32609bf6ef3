-- The medication record. `patient_key` leads every primary key of patient-owned rows: it is what a read names, what a
-- write locks, and the distribution column of a distributed PostgreSQL. Key 0 holds what belongs to no patient.

-- One row for each patient: its version counts the writes to anything in the compartment, so that a process may keep
-- what it has read and ask only whether it still holds. The row's lock orders the writes of one patient.
create table compartment (
  patient_key bigint primary key,
  version bigint not null,
  last_updated timestamptz not null,
  -- The transaction that wrote last: it has the lock, and counts as one write however many resources it writes.
  written_by bigint not null
);

-- Where resources that name a patient in some way are kept: by an identifier (NHS number and others), or by the id of
-- the stored Patient (system 'Patient'). Rows are only ever added; what they lead to is judged by what is stored there.
create table patient_identity (
  system text not null,
  value text not null,
  patient_key bigint not null,
  primary key (system, value, patient_key)
);
create index patient_identity_key on patient_identity (patient_key);

-- The current version of each resource: `content` is the JSON that is served, byte for byte. `tokens` are hashes of
-- the values that searches across patients look for.
create table resource (
  patient_key bigint not null,
  type text not null,
  id text not null,
  version integer not null,
  last_updated timestamptz not null,
  interaction text not null, -- create, update, patch or delete: what made this version
  content text,              -- null when deleted
  tokens bigint[] not null,
  primary key (patient_key, type, id)
);
create index resource_of_type on resource (type, patient_key, id) where content is not null;
create index resource_changed on resource (type, last_updated, id);
create index resource_tokens on resource using gin (tokens) with (fastupdate = on, gin_pending_list_limit = 1024);

-- Every earlier version. With `resource` it is all that was ever accepted; nothing here is changed or removed.
-- interaction 'move' marks that the resource left this patient's compartment (its subject was corrected).
create table resource_history (
  patient_key bigint not null,
  type text not null,
  id text not null,
  version integer not null,
  last_updated timestamptz not null,
  interaction text not null,
  content text,
  primary key (patient_key, type, id, version)
);
create index resource_history_changed on resource_history (type, last_updated, id);

-- The compartment of each resource whose id does not tell it: ids chosen by clients, and resources that moved.
create table resource_location (
  type text not null,
  id text not null,
  patient_key bigint not null,
  former_keys bigint[] not null default '{}',
  primary key (type, id)
);

-- The business keys in use: one resource of a type for each identifier, however many requests race.
create table identifier_claim (
  type text not null,
  system text not null,
  value text not null,
  patient_key bigint not null,
  id text not null,
  primary key (type, system, value)
);
create index identifier_claim_owner on identifier_claim (patient_key, type, id);

-- Writes one version of one resource: locks the compartment, checks the expected version, keeps the old version, claims
-- the business keys. The content comes in two parts, between which versionId and lastUpdated are set, because only
-- here, with the lock held, are they known. p_expected: the version that must be current, 0 for none, -1 for any. Errors: CC409 version is not the expected one; CC001 a business key is
-- another resource's (detail: its id); CC002 the id exists in another compartment. The hint
-- of each is the type/id that was to be written.
create function write_resource(
  p_key bigint, p_type text, p_id text, p_expected integer, p_interaction text,
  p_before text, p_after text, p_tokens bigint[], p_claims jsonb, p_locate boolean
) returns table (version integer, last_updated text, existed boolean)
language plpgsql as $$
declare
  v_now timestamptz := date_trunc('milliseconds', clock_timestamp());
  v_stamp text;
  v_version integer := 1;
  v_existed boolean := false;
  v_owner text;
  v_old record;
  v_content text;
  v_claimed integer;
begin
  if p_key <> 0 then
    select c.last_updated into v_now from compartment c where c.patient_key = p_key and c.written_by = txid_current();
    if not found then
      insert into compartment as c (patient_key, version, last_updated, written_by)
      values (p_key, 1, date_trunc('milliseconds', clock_timestamp()), txid_current())
      on conflict (patient_key) do update set version = c.version + 1, written_by = excluded.written_by,
        last_updated = greatest(date_trunc('milliseconds', clock_timestamp()), c.last_updated + interval '1 millisecond')
      returning c.last_updated into v_now;
    end if;
  end if;

  select r.version, r.last_updated, r.content is null as deleted into v_old from resource r
  where r.patient_key = p_key and r.type = p_type and r.id = p_id for update;
  if found then
    v_existed := not v_old.deleted;
    v_version := v_old.version + 1;
    if v_now <= v_old.last_updated then
      v_now := v_old.last_updated + interval '1 millisecond';
      update compartment c set last_updated = v_now where c.patient_key = p_key and c.last_updated < v_now;
    end if;
  end if;
  if p_expected <> v_version - 1 and not (p_expected = -1 and v_version > 1) then
    raise exception 'version is %', v_version - 1 using errcode = 'CC409', hint = p_type || '/' || p_id;
  end if;

  v_stamp := to_char(v_now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  if p_before is not null then
    v_content := p_before || '"versionId":"' || v_version || '","lastUpdated":"' || v_stamp || '"' || p_after;
  end if;

  if v_version = 1 then
    if p_locate then
      insert into resource_location as l (type, id, patient_key) values (p_type, p_id, p_key) on conflict do nothing;
      if not found then
        perform 1 from resource_location l where l.type = p_type and l.id = p_id and l.patient_key = p_key;
        if not found then
          raise exception 'id is taken' using errcode = 'CC002', hint = p_type || '/' || p_id;
        end if;
      end if;
    end if;
    insert into resource values (p_key, p_type, p_id, 1, v_now, p_interaction, v_content, p_tokens);
  else
    insert into resource_history select r.patient_key, r.type, r.id, r.version, r.last_updated, r.interaction, r.content
    from resource r where r.patient_key = p_key and r.type = p_type and r.id = p_id;
    update resource r set version = v_version, last_updated = v_now, interaction = p_interaction, content = v_content,
      tokens = p_tokens
    where r.patient_key = p_key and r.type = p_type and r.id = p_id;
    delete from identifier_claim c where c.patient_key = p_key and c.type = p_type and c.id = p_id
      and not exists (select 1 from jsonb_to_recordset(p_claims) as n(system text, value text)
        where n.system = c.system and n.value = c.value);
  end if;

  if jsonb_array_length(p_claims) > 0 then
    insert into identifier_claim (type, system, value, patient_key, id)
    select p_type, n.system, n.value, p_key, p_id from jsonb_to_recordset(p_claims) as n(system text, value text)
    order by 1, 2, 3
    on conflict do nothing;
    get diagnostics v_claimed = row_count;
    if v_claimed < jsonb_array_length(p_claims) then
      -- Some were claimed before: by this resource itself, or by another.
      select held.id into v_owner from jsonb_to_recordset(p_claims) as n(system text, value text),
        lateral (select c.id from identifier_claim c
          where c.type = p_type and c.system = n.system and c.value = n.value and c.id <> p_id limit 1) held limit 1;
      if found then
        raise exception 'identifier is in use' using errcode = 'CC001', detail = v_owner, hint = p_type || '/' || p_id;
      end if;
    end if;
  end if;
  return query select v_version, v_stamp, v_existed;
end
$$;

-- The compartments in which anything about a person may be, and their versions: those that hold one of the names, and
-- those that hold another name found beside it (a Patient's second number, sent alone by someone else). Step by step,
-- each a walk of an index, planned once: planning it anew for each call would cost more than the call.
create function find_compartments(p_systems text[], p_values text[])
returns table (key bigint, version bigint)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
  return query
  select distinct c.patient_key, c.version
  from unnest(p_systems, p_values) as n(system, value),
    lateral (select i.patient_key from patient_identity i where i.system = n.system and i.value = n.value offset 0) named,
    lateral (select i.system, i.value from patient_identity i where i.patient_key = named.patient_key offset 0) beside,
    lateral (select i.patient_key from patient_identity i
      where i.system = beside.system and i.value = beside.value offset 0) there,
    lateral (select k.patient_key, k.version from compartment k where k.patient_key = there.patient_key offset 0) c;
end
$$;
