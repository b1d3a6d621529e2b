-- Something that the vaults of all nodes must open, from the first start on; one row.
create table custody.vault (
  one boolean primary key default true check (one),
  wrapped bytea not null
);
