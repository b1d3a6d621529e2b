-- A signal may be for later.
alter table flow.signal add column due_at timestamptz not null default clock_timestamp();
drop index flow.signal_unheard;
create index signal_unheard on flow.signal (tenant, flow, due_at) where heard_at is null;
