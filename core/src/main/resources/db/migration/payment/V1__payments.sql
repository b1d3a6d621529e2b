-- Money in and back through gateways. A state is its record as jsonb, beside the columns that SQL asks.
-- seen_at is the gateway's own time of the newest notice; due_at is when the janitor looks next; busy_until guards one send.

create table payment.payment (
  tenant text not null,
  id uuid not null,
  gateway text not null,
  payer text not null,
  units numeric(78, 0) not null check (units > 0),
  asset text not null,
  state text not null check (state in ('Requested', 'ActionRequired', 'Pending', 'Authorized', 'Captured',
    'Returned', 'Declined', 'Voided', 'Expired', 'Unknown')),
  body jsonb not null,
  object text,
  key text not null,
  created_at timestamptz not null,
  moved_at timestamptz not null,
  seen_at timestamptz,
  tries int not null default 0,
  due_at timestamptz,
  busy_until timestamptz,
  primary key (tenant, id),
  -- The gateway knows a payment by its id alone, so one account may not see it twice.
  unique (gateway, id),
  unique (gateway, object)
);
create index payment_due on payment.payment (due_at) where due_at is not null;
create index payment_newest on payment.payment (tenant, created_at desc, id);

create table payment.refund (
  tenant text not null,
  id uuid not null,
  payment uuid not null,
  gateway text not null,
  units numeric(78, 0) not null check (units > 0),
  asset text not null,
  state text not null check (state in ('Requested', 'Approved', 'Sent', 'Completed', 'Failed', 'Unknown')),
  body jsonb not null,
  name text,
  key text not null,
  created_at timestamptz not null,
  moved_at timestamptz not null,
  seen_at timestamptz,
  tries int not null default 0,
  due_at timestamptz,
  busy_until timestamptz,
  primary key (tenant, id),
  unique (gateway, id),
  unique (gateway, name)
);
create index refund_due on payment.refund (due_at) where due_at is not null;
create index refund_of on payment.refund (tenant, payment);
create index refund_newest on payment.refund (tenant, created_at desc, id);

create table payment.dispute (
  tenant text not null,
  id uuid not null,
  payment uuid not null,
  gateway text not null,
  units numeric(78, 0) not null,
  asset text not null,
  state text not null check (state in ('Warned', 'Inquiry', 'Opened', 'Contested', 'Won', 'Lost', 'Accepted',
    'Prevented', 'Closed')),
  body jsonb not null,
  name text not null,
  reply jsonb,
  created_at timestamptz not null,
  moved_at timestamptz not null,
  seen_at timestamptz,
  tries int not null default 0,
  due_at timestamptz,
  primary key (tenant, id),
  unique (gateway, name)
);
create index dispute_due on payment.dispute (due_at) where due_at is not null;
create index dispute_of on payment.dispute (tenant, payment);
create index dispute_newest on payment.dispute (tenant, created_at desc, id);

-- Every state that a payment, refund or dispute ever had; never changed.
create table payment.event (
  seq bigint generated always as identity primary key,
  tenant text not null,
  about text not null check (about in ('payment', 'refund', 'dispute')),
  subject uuid not null,
  state text not null,
  body jsonb not null,
  at timestamptz not null
);
create index event_of on payment.event (tenant, subject, seq);

-- What a human must look at; one row for one matter.
create table payment.alarm (
  tenant text not null,
  subject text not null,
  code text not null,
  text text not null,
  at timestamptz not null,
  closed_at timestamptz,
  primary key (tenant, subject, code)
);

-- Deliveries from gateways, raw. A gateway's event acts once, however often it arrives.
create table payment.webhook (
  gateway text not null,
  event text not null,
  tenant text not null,
  proven boolean not null,
  raw bytea not null,
  about jsonb not null,
  state text not null check (state in ('Waiting', 'Done', 'Stalled')),
  arrived_at timestamptz not null,
  tries int not null default 0,
  due_at timestamptz,
  primary key (gateway, event)
);
create index webhook_due on payment.webhook (due_at) where due_at is not null;
create index webhook_hints on payment.webhook (gateway, arrived_at) where not proven;

-- How far each gateway's own list of events was read.
create table payment.cursor (
  gateway text primary key,
  tenant text not null,
  cursor text,
  due_at timestamptz not null
);
