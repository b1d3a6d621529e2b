-- An alarm ends with its cause, or by an operator who says why; what comes again after that is a new one.
alter table payment.alarm add column id uuid not null default gen_random_uuid();
alter table payment.alarm add column closed_by text not null default '';
alter table payment.alarm add column note text not null default '';
alter table payment.alarm drop constraint alarm_pkey;
alter table payment.alarm add primary key (tenant, id);
create unique index alarm_open on payment.alarm (tenant, subject, code) where closed_at is null;
create index alarm_newest on payment.alarm (tenant, at desc);
