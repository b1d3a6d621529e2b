-- On which of a chain's days the alarm of the daily limit was raised.
create table treasury.limit_alarm (
  tenant text not null default 'house',
  network text not null,
  day bigint not null,
  primary key (network, day)
);
