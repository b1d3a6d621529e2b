-- An alarm ends with its cause, or by an operator who says why. Each has an id by which he closes it.
alter table escrow.alarm add column id uuid not null default gen_random_uuid();
alter table escrow.alarm add column closed_by text not null default '';
alter table escrow.alarm add column note text not null default '';
create unique index alarm_id on escrow.alarm (tenant, id);
create index alarm_newest on escrow.alarm (tenant, at desc);
