-- One lane a tenant: the newest entry of its chain. Every writer locks it first, so that sequence and
-- chain have no gaps and no two writers of a tenant can wait for each other.
create table ledger.lane (
  tenant text primary key,
  seq bigint not null check (seq >= 0),
  hash bytea not null check (length(hash) = 32),
  at timestamptz not null
);

-- What came in less what went out; `rim` says that value may enter and leave the book here, so that the
-- floor of zero does not bind.
create table ledger.account (
  id bigint generated always as identity primary key,
  tenant text not null,
  path text collate "C" not null,
  asset text not null,
  rim boolean not null,
  posted numeric(79,0) not null,
  held numeric(78,0) not null check (held >= 0),
  unique (tenant, path, asset),
  constraint floor check (rim or posted - held >= 0)
);

create table ledger.entry (
  tenant text not null,
  seq bigint not null check (seq > 0),
  id uuid not null,
  reason text not null check (length(reason) between 1 and 200),
  input_hash bytea not null check (length(input_hash) = 32),
  at timestamptz not null,
  prev_hash bytea not null check (length(prev_hash) = 32),
  hash bytea not null check (length(hash) = 32),
  primary key (tenant, seq),
  unique (tenant, id)
);

create table ledger.posting (
  tenant text not null,
  seq bigint not null,
  n int not null check (n >= 0),
  from_path text collate "C" not null,
  to_path text collate "C" not null,
  asset text not null,
  units numeric(78,0) not null check (units > 0),
  primary key (tenant, seq, n),
  foreign key (tenant, seq) references ledger.entry (tenant, seq),
  check (from_path <> to_path)
);
create index posting_from on ledger.posting (tenant, from_path, seq);
create index posting_to on ledger.posting (tenant, to_path, seq);

-- Opened by the entry `seq`, as its `n`th.
create table ledger.lot (
  tenant text not null,
  id uuid not null,
  seq bigint not null,
  n int not null check (n >= 0),
  owner text not null,
  asset text not null,
  units numeric(78,0) not null check (units > 0),
  source jsonb not null,
  opened timestamptz not null,
  primary key (tenant, id),
  unique (tenant, seq, n),
  foreign key (tenant, seq) references ledger.entry (tenant, seq)
);
create index lot_owner on ledger.lot (tenant, owner, opened, id);

create table ledger.hold (
  tenant text not null,
  id uuid not null,
  reason text not null check (length(reason) between 1 and 200),
  from_path text collate "C" not null,
  to_path text collate "C" not null,
  asset text not null,
  units numeric(78,0) not null check (units > 0),
  expires timestamptz not null,
  input_hash bytea not null check (length(input_hash) = 32),
  state text not null check (state in ('Pending', 'Posted', 'Voided', 'Expired')),
  body jsonb not null,
  primary key (tenant, id),
  check (from_path <> to_path)
);
create index hold_pending on ledger.hold (expires) where state = 'Pending';

-- Heads that were sealed, once a minute; the same heads leave the database, signed.
create table ledger.head (
  tenant text not null,
  seq bigint not null,
  hash bytea not null check (length(hash) = 32),
  sealed timestamptz not null,
  primary key (tenant, seq)
);

-- The book is only added to; a mistake is mended by an entry that says so.
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the book is append-only: % on ledger.% is refused', tg_op, tg_table_name;
end $$;

create trigger append_only before update or delete or truncate on ledger.entry
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.posting
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.lot
  for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.head
  for each statement execute function ledger.refuse_change();
create trigger kept before delete or truncate on ledger.hold
  for each statement execute function ledger.refuse_change();
create trigger kept before delete or truncate on ledger.account
  for each statement execute function ledger.refuse_change();

-- A hold ends once, and what it promised never changes.
create function ledger.refuse_second_end() returns trigger language plpgsql as $$
begin
  if old.state <> 'Pending'
     or (new.tenant, new.id, new.reason, new.from_path, new.to_path, new.asset, new.units, new.expires,
         new.input_hash)
        is distinct from
        (old.tenant, old.id, old.reason, old.from_path, old.to_path, old.asset, old.units, old.expires,
         old.input_hash)
  then
    raise exception 'hold % changes its state once, and nothing else', old.id;
  end if;
  return new;
end $$;

create trigger ends_once before update on ledger.hold
  for each row execute function ledger.refuse_second_end();

revoke update, delete, truncate on ledger.entry, ledger.posting, ledger.lot, ledger.head from public;
revoke delete, truncate on ledger.hold, ledger.account, ledger.lane from public;
