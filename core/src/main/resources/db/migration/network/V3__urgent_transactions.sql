-- What would soon be too late goes before all others.
alter table network.transaction add column urgent boolean not null default false;
update network.transaction set body = jsonb_set(body, '{order,urgent}', 'false');
drop index network.transaction_open;
create index transaction_open on network.transaction (network, urgent desc, looked_at nulls first, number)
  where state in ('Drafted', 'Signed', 'Broadcast', 'Included');
