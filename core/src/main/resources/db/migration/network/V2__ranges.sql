-- Blocks that are deep enough and whose events a room has still to read. A network is the node's, not a tenant's: the
-- tenant is the house.
create table network.range (
  tenant     text not null default 'house',
  reader     text not null,
  network    text not null,
  from_block bigint not null,
  to_block   bigint not null check (to_block >= from_block),
  primary key (reader, network, from_block)
);
