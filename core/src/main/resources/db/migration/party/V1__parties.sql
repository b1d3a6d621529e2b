create table party.tenant (
  tenant text primary key,
  opened timestamptz not null
);
insert into party.tenant (tenant, opened) values ('house', now());

create table party.party (
  id uuid primary key,
  tenant text not null references party.tenant (tenant),
  name text not null check (name ~ '^[a-z0-9._-]{3,32}$'),
  roles text[] not null,
  password text not null,
  opened timestamptz not null,
  unique (tenant, name)
);

-- hash: SHA-256 of a token that was shown once
create table party.session (
  hash bytea primary key check (length(hash) = 32),
  tenant text not null,
  party uuid not null references party.party (id),
  opened timestamptz not null,
  seen timestamptz not null,
  until timestamptz not null
);
create index session_party on party.session (party);
create index session_until on party.session (until);
create index session_seen on party.session (seen);

create table party.link (
  hash bytea primary key check (length(hash) = 32),
  tenant text not null,
  party uuid not null references party.party (id),
  until timestamptz not null,
  used timestamptz
);
create index link_party on party.link (party);
create index link_until on party.link (until);

-- wrong passwords in a row, also for names that nobody has
create table party.try (
  tenant text not null,
  name text not null,
  wrong integer not null,
  last timestamptz not null,
  locked_until timestamptz,
  primary key (tenant, name)
);
create index try_last on party.try (last);

-- one row a holder, locked while his use is judged
create table party.allowance (
  tenant text not null,
  holder text not null,
  primary key (tenant, holder)
);

create table party.top_up (
  tenant text not null,
  id uuid not null,
  holder text not null,
  units numeric(78, 0) not null check (units >= 0),
  asset text not null,
  at timestamptz not null,
  primary key (tenant, id)
);
create index top_up_use on party.top_up (tenant, holder, at);
