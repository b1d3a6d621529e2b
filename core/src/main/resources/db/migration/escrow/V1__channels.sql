-- A channel as one of its sides keeps it. The numbers change with every voucher, the body (the channel's configuration) never does.
-- Room is left in each page, so that a voucher changes its row in place and no index.
create table escrow.channel (
  tenant      text not null,
  id          text not null,
  side        text not null check (side in ('PAYER', 'RECEIVER')),
  holder      text not null,
  network     text not null,
  receiver    text not null,
  token       text not null,
  state       text not null
              check (state in ('Opening', 'Open', 'Closing', 'Withdrawing', 'Settled', 'Abandoned')),
  total       numeric(78, 0),
  why         text,
  balance     numeric(78, 0) not null default 0 check (balance >= 0),
  claimed     numeric(78, 0) not null default 0 check (claimed >= 0),
  withdrawing numeric(78, 0) not null default 0 check (withdrawing >= 0),
  promised    numeric(78, 0) not null default 0 check (promised >= 0),
  signature   text,
  body        jsonb not null,
  seen_at     timestamptz not null,
  created_at  timestamptz not null,
  primary key (tenant, id, side),
  check ((state = 'Opening') = (total is not null)),
  check ((state = 'Abandoned') = (why is not null)),
  check ((promised = 0) = (signature is null))
) with (fillfactor = 70);

-- A voucher names its channel and no tenant. One receiver's key belongs to one tenant, so the id alone finds his side.
create unique index channel_receiving on escrow.channel (id) where side = 'RECEIVER';
create index channel_newest on escrow.channel (tenant, created_at desc);
create index channel_id on escrow.channel (network, id);
create index channel_paid on escrow.channel (network, receiver, token) where side = 'RECEIVER';

-- Every voucher signed (payer) or accepted (receiver). Only ever added to.
create table escrow.voucher (
  tenant        text not null,
  channel       text not null,
  side          text not null check (side in ('PAYER', 'RECEIVER')),
  max_claimable numeric(78, 0) not null check (max_claimable > 0),
  signature     text not null,
  at            timestamptz not null,
  primary key (tenant, channel, side, max_claimable)
);

-- What was asked of the chain for a channel, by the transaction that asks: an id acts once. `hash` is the newest signed form.
create table escrow.asked (
  tenant      text not null,
  transaction uuid not null,
  channel     text not null,
  side        text not null check (side in ('PAYER', 'RECEIVER')),
  purpose     text not null check (purpose in ('draw', 'claim', 'settle', 'refund')),
  units       numeric(78, 0) not null check (units >= 0),
  hash        text,
  at          timestamptz not null,
  primary key (tenant, transaction)
);
create index asked_settlement on escrow.asked (hash) where purpose = 'settle';

-- Blocks that are deep enough and whose events are still to be read. A network is the node's, not a tenant's: the tenant is the house.
create table escrow.range (
  tenant     text not null default 'house',
  network    text not null,
  from_block bigint not null,
  to_block   bigint not null check (to_block >= from_block),
  primary key (network, from_block)
);

-- Which events each side's row has taken in; `ordinal` is the event's place among its transaction's.
create table escrow.event (
  tenant      text not null,
  channel     text not null,
  side        text not null check (side in ('PAYER', 'RECEIVER')),
  network     text not null,
  transaction text not null,
  ordinal     int not null,
  block       bigint not null,
  name        text not null,
  primary key (network, transaction, ordinal, tenant, side)
);
