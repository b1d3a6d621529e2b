-- One key per tenant, holder and network. `secret` opens with the data key in `keyset`, which only the key vault unwraps.
create table custody.key (
  tenant text not null,
  holder text not null,
  network text not null,
  version int not null,
  address text not null,
  keyset bytea not null,
  secret bytea not null,
  kek text not null,
  lines bigint not null check (lines >= 0),
  head text not null,
  primary key (tenant, holder, network)
);

create index key_kek on custody.key (kek);

-- Every wish to sign, a hash chain for each key; custody.key holds the chain's length and head, so that a cut tail shows too.
create table custody.signing (
  tenant text not null,
  holder text not null,
  network text not null,
  number bigint not null check (number > 0),
  nonce numeric(78,0),
  intent text not null,
  approval text not null,
  outcome text not null,
  digest text,
  at timestamptz not null,
  previous text not null,
  hash text not null,
  primary key (tenant, holder, network, number),
  check ((outcome = 'signed') = (digest is not null))
);

create index signing_nonce on custody.signing (tenant, holder, network, nonce) where nonce is not null;

create function custody.append_only() returns trigger language plpgsql as $$
begin
  raise exception 'custody.signing is append-only';
end $$;

create trigger signing_append_only before update or delete on custody.signing
  for each row execute function custody.append_only();
