-- One-sided withdrawals that receivers were told of, until they are over; `finalize_after` is by the chain's clock.
create table escrow.withdrawal (
  tenant         text not null,
  channel        text not null,
  units          numeric(78, 0) not null check (units > 0),
  finalize_after timestamptz not null,
  primary key (tenant, channel)
);

-- Channels that a claim could still bring something from: the settled ones of years are not looked through.
create index channel_live on escrow.channel (tenant, id)
  where side = 'RECEIVER' and state in ('Open', 'Withdrawing', 'Closing');

-- What this side holds vouchers for and the channel can no longer pay, as far as it was told.
alter table escrow.channel add column lost numeric(78, 0) not null default 0 check (lost >= 0);
