-- By what the secret is known that all nodes of this database must have, from the first start on; one row.
create table treasury.secret (
  one boolean primary key default true check (one),
  mark text not null
);
