-- What a receiver wants claimed of one channel, until a batch takes it up. `deadline` is when the payer can finish a pending withdrawal.
create table escrow.wish (
  tenant    text not null,
  channel   text not null,
  network   text not null,
  holder    text not null,
  reason    text not null,
  wanted_at timestamptz not null,
  due_at    timestamptz not null,
  deadline  timestamptz,
  tries     int not null default 0 check (tries >= 0),
  trouble   text not null default '',
  primary key (tenant, channel)
);
create index wish_due on escrow.wish (due_at);

-- Claims that go to the chain together; the id is the transaction's. Stored before it is simulated, and given up at `until` if it was not submitted by then.
create table escrow.batch (
  tenant      text not null,
  id          uuid not null,
  network     text not null,
  holder      text not null,
  state       text not null check (state in ('Composed', 'Submitted', 'Acted', 'Failed')),
  composed_at timestamptz not null,
  until       timestamptz not null,
  why         text not null default '',
  primary key (tenant, id)
);
create index batch_composed on escrow.batch (until) where state = 'Composed';

-- The rows of each batch. A row that cannot act is Poisoned; one whose batch came to nothing is Returned. Both are wished anew.
create table escrow.claim (
  tenant        text not null,
  batch         uuid not null,
  channel       text not null,
  max_claimable numeric(78, 0) not null check (max_claimable > 0),
  signature     text not null,
  total         numeric(78, 0) not null check (total > 0),
  reason        text not null,
  deadline      timestamptz,
  tries         int not null,
  state         text not null check (state in ('Open', 'Acted', 'Poisoned', 'Returned')),
  why           text not null default '',
  primary key (tenant, batch, channel)
);
create index claim_total on escrow.claim (tenant, channel, total) where state in ('Open', 'Acted');

-- One wish a receiver and token to be paid out what was claimed; `transaction` is the one on its way.
create table escrow.payout (
  tenant      text not null,
  network     text not null,
  receiver    text not null,
  token       text not null,
  holder      text not null,
  due_at      timestamptz,
  transaction uuid,
  primary key (tenant, network, receiver, token)
);
create index payout_due on escrow.payout (due_at) where transaction is null;
create index payout_sent on escrow.payout (transaction) where transaction is not null;

-- What this side was told as claimed, and the part of it that was paid out. A payout moves all of a receiver's at once; each channel has its share.
alter table escrow.channel add column told numeric(78, 0) not null default 0;
alter table escrow.channel add column paid numeric(78, 0) not null default 0;
alter table escrow.channel add constraint channel_paid_of_told check (paid >= 0 and paid <= told);
create index channel_unpaid on escrow.channel (network, receiver, token) where side = 'RECEIVER' and told > paid;
update escrow.channel set told = claimed, paid = claimed where side = 'RECEIVER';

-- Claims and payouts have tables of their own now.
drop index escrow.asked_settlement;
alter table escrow.asked drop column hash;

-- The human queue of this room. One matter is one alarm, however often it is met.
create table escrow.alarm (
  tenant    text not null,
  subject   text not null,
  code      text not null,
  text      text not null,
  at        timestamptz not null,
  closed_at timestamptz,
  primary key (tenant, subject, code, at)
);
create unique index alarm_open on escrow.alarm (tenant, subject, code) where closed_at is null;
