-- The few that are held back, and the few that were refused or given up, among the many that are kept.
create index delivery_held on delivery (subscriber, patient_key) where state = 'waiting' and retry_at is not null;
drop index delivery_refused;
create index delivery_letter on delivery (subscriber, number) where state in ('refused', 'discarded');
