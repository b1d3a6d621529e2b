create table network.transaction (
  tenant text not null,
  id uuid not null,
  number bigint generated always as identity,
  network text not null,
  sender_tenant text not null,
  sender text not null,
  purpose text not null,
  state text not null check (
    state in ('Drafted', 'Signed', 'Broadcast', 'Included', 'Final', 'Replaced', 'Dropped')),
  body jsonb not null,
  ordered_at timestamptz not null,
  moved_at timestamptz not null,
  -- Which node's round has it; a dead node's claim ends by itself.
  claimed_until timestamptz,
  looked_head text,
  looked_at timestamptz,
  -- The chain's last rejection while it waits, and the head at which its nonce was first seen used by another.
  trouble text not null default '',
  passed_at bigint,
  passed_hash text,
  primary key (tenant, id),
  check ((passed_at is null) = (passed_hash is null))
);

create index transaction_open on network.transaction (network, looked_at nulls first, number)
  where state in ('Drafted', 'Signed', 'Broadcast', 'Included');
create index transaction_newest on network.transaction (tenant, number desc);

-- The next nonce of each key; its row lock gives nonces out one by one.
create table network.sender (
  tenant text not null,
  holder text not null,
  network text not null,
  next_nonce numeric(78,0) not null check (next_nonce >= 0),
  primary key (tenant, holder, network)
);

-- Every signed form, stored before it is sent.
create table network.attempt (
  tenant text not null,
  id uuid not null,
  bumps int not null check (bumps >= 0),
  network text not null,
  sender_tenant text not null,
  sender text not null,
  nonce numeric(78,0) not null check (nonce >= 0),
  signed bytea not null,
  hash text not null,
  at timestamptz not null,
  primary key (tenant, id, bumps)
);

-- The second guard beside the sender's lock: one nonce is given to one transaction.
create unique index attempt_nonce on network.attempt (sender_tenant, sender, network, nonce) where bumps = 0;

-- The chain that this book was written on.
create table network.chain (
  tenant text not null default 'house',
  network text primary key,
  caip2 text not null,
  genesis text not null
);

-- How far each network's confirmed blocks were told.
create table network.cursor (
  tenant text not null default 'house',
  network text primary key,
  number bigint not null check (number >= 0),
  hash text not null,
  stopped boolean not null
);

create table network.alarm (
  tenant text not null default 'house',
  number bigint generated always as identity primary key,
  network text not null,
  code text not null,
  text text not null,
  block bigint not null,
  at timestamptz not null,
  cleared_at timestamptz
);
