-- The words of an answer are kept for a time only. The row stays: by its name and its hash a message that is sent again is
-- known for good.
alter table message_answer alter column answer drop not null;
create index message_answer_kept on message_answer (at) where answer is not null;
