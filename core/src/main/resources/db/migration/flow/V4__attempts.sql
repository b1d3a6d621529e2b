-- Which transaction's end a flow has no answer for, and which later transaction does the same in its stead.
alter table flow.flow add column stalled_by uuid;
create table flow.attempt (
  tenant      text not null,
  transaction uuid not null,
  original    uuid not null,
  primary key (tenant, transaction)
);
create index attempt_original on flow.attempt (tenant, original);
