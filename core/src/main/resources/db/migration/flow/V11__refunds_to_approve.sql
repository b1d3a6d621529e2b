-- A refund says which limit it is above, so that it waits for an operator; those begun before wait for nobody.
update flow.flow
   set body = jsonb_set(body, '{data,above}', 'null'), initial = jsonb_set(initial, '{data,above}', 'null')
 where kind = 'REFUNDING' and not (body -> 'data') ? 'above';

-- What operators decided about refunds: each once, and never changed.
create table flow.decision (
  tenant     text        not null,
  flow       uuid        not null,
  id         uuid        not null,
  approved   boolean     not null,
  decided_by text        not null,
  why        text        not null check (length(why) <= 1000),
  at         timestamptz not null,
  primary key (tenant, flow),
  unique (tenant, id)
);
create index decision_newest on flow.decision (tenant, at desc);

create function flow.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'flow.% is append-only', tg_table_name;
end $$;

create trigger append_only before update or delete or truncate on flow.decision
  for each statement execute function flow.refuse_change();
