-- Which returns of the vault were told; blocks may be read again.
create table treasury.returned (
  tenant text not null default 'house',
  network text not null,
  transaction text not null,
  ordinal int not null check (ordinal > 0),
  primary key (network, transaction, ordinal)
);
