-- What a side of a running delivery had counted at a moment, every two seconds; kept for ten minutes, for people to see.
-- What is due is never reckoned from it.
create table delivery.reading (
  tenant text not null,
  id uuid not null,
  side text not null check (side in ('SELLER', 'BUYER')),
  at timestamptz not null,
  count bigint not null check (count >= 0),
  primary key (tenant, id, side, at)
);
create index reading_at on delivery.reading (at);
