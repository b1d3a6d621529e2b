-- One bought service, as one of its sides keeps it. Both sides may live in one database.
create table delivery.delivery (
  tenant text not null,
  id uuid not null,
  side text not null check (side in ('SELLER', 'BUYER')),
  wanted text not null check (wanted in ('ACTIVE', 'SUSPENDED', 'TERMINATED')),
  observed text not null check (observed in ('ACTIVATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'UNKNOWN')),
  -- this side's own count, which never decreases
  unit text not null,
  count bigint not null check (count >= 0),
  read_at timestamptz not null,
  -- how much may be served in all; the seller's
  ceiling bigint not null check (ceiling >= 0),
  access_url text not null,
  access_token text not null,
  url text,
  -- the node whose adapter holds this delivery, and until when no other may take it over
  node text not null,
  held_until timestamptz not null,
  visit_at timestamptz not null,
  -- by which it is paid
  channel text not null,
  body jsonb not null,
  primary key (tenant, id, side)
);

-- a voucher is a promise in all: it pays for one sale
create unique index delivery_paid_by on delivery.delivery (channel) where side = 'SELLER';

-- a buyer knows no tenants
create unique index delivery_sold on delivery.delivery (id) where side = 'SELLER';

create index delivery_to_visit on delivery.delivery (visit_at)
  where not (wanted = 'TERMINATED' and observed = 'TERMINATED');

create index delivery_running on delivery.delivery (side, visit_at) where wanted <> 'TERMINATED';
