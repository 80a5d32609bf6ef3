-- What operators did about a delivery, and who and why, in the row itself: a list of {at, by, did, why}.
alter table delivery add column acts jsonb;
alter table to_fetch add column acts jsonb;
-- Those that were refused or given up, a page at a time, the newest first.
create index delivery_letter_at on delivery (state, coalesce(done_at, at)) where state in ('refused', 'discarded');
-- Those that fail, and are tried again.
create index delivery_failing on delivery (at) where state = 'waiting' and attempts > 0;
