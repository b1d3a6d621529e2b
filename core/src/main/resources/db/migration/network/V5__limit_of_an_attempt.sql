-- The units of work that a signed form allows; a bump allows as many.
alter table network.attempt add column work_limit numeric(78,0) check (work_limit > 0);
