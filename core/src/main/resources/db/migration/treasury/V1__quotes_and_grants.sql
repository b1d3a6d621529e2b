create table treasury.quote (
  tenant text not null,
  id uuid not null,
  holder text not null,
  pays_units numeric(78, 0) not null check (pays_units >= 0),
  pays_asset text not null,
  gets_units numeric(78, 0) not null check (gets_units >= 0),
  gets_asset text not null,
  expires timestamptz not null,
  used_by uuid,
  used_at timestamptz,
  body jsonb not null,
  primary key (tenant, id),
  check ((used_by is null) = (used_at is null))
);

create table treasury.grant (
  number bigint generated always as identity,
  tenant text not null,
  id uuid not null,
  lot uuid not null,
  network text not null,
  holder text not null,
  payment text not null unique,
  units numeric(78, 0) not null check (units >= 0),
  asset text not null,
  reclaimed numeric(78, 0) not null check (reclaimed between 0 and units),
  matures_at timestamptz not null,
  state text not null check (
    state in ('Submitted', 'Granted', 'Frozen', 'Appealed', 'Reclaimed', 'Matured', 'Failed')),
  body jsonb not null,
  primary key (tenant, id)
);
create index grant_lot on treasury.grant (tenant, lot, number);

-- subject: the grant or the channel
create table treasury.act (
  tenant text not null,
  transaction uuid not null,
  kind text not null check (kind in ('Give', 'Freeze', 'Thaw', 'Reclaim', 'Sync', 'Fund')),
  network text not null,
  subject text not null,
  state text not null check (state in ('Waiting', 'Sent', 'Landed', 'Gone', 'Done')),
  due timestamptz not null,
  body jsonb not null,
  primary key (tenant, transaction)
);
create index act_due on treasury.act (due) where state in ('Waiting', 'Landed', 'Gone');
