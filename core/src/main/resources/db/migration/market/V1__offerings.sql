create table market.offering (
  number bigint generated always as identity,
  id uuid primary key,
  tenant text not null,
  provider text not null,
  network text not null,
  state text not null check (state in ('DRAFT', 'PUBLISHED', 'REMOVED')),
  opened timestamptz not null,
  body jsonb not null
);
create index offering_listed on market.offering (number) where state = 'PUBLISHED';

-- the voucher of 0 by which this node asked for access to a delivery
create table market.proof (
  delivery uuid primary key,
  tenant text not null,
  channel text not null,
  at timestamptz not null,
  body jsonb not null
);
