-- Four lanes a tenant: a chain each, so that writers of a tenant need not wait for each other's chain.
-- Entries of a tenant are numbered through all its lanes; within a lane the numbers grow. What was written
-- before is lane 0.
alter table ledger.lane
  add column lane int not null default 0 check (lane between 0 and 3);
alter table ledger.lane drop constraint lane_pkey;
alter table ledger.lane add primary key (tenant, lane);
alter table ledger.lane alter column lane drop default;
alter table ledger.lane set (fillfactor = 50);

insert into ledger.lane (tenant, lane, seq, hash, at)
select tenant, n, 0, decode(repeat('00', 32), 'hex'), to_timestamp(0)
from ledger.lane cross join generate_series(1, 3) as n;

alter table ledger.entry
  add column lane int not null default 0 check (lane between 0 and 3);
alter table ledger.entry alter column lane drop default;

-- Begins behind the furthest tenant. A refused entry leaves a gap.
create sequence ledger.entry_seq as bigint;
select setval('ledger.entry_seq', (select coalesce(max(seq), 0) + 1 from ledger.lane), false);

-- What each side had when the posting was done; null in what is older than this. An entry may go above a
-- balance's digits on its way, up to a hundred times.
alter table ledger.posting
  add column from_posted numeric(81,0),
  add column to_posted numeric(81,0),
  add check ((from_posted is null) = (to_posted is null));

-- Entry and postings are written by one statement, and never changed; the audit looks for strays. A look-up
-- a posting would cost a fifth of the speed.
alter table ledger.posting drop constraint posting_tenant_seq_fkey;

-- Room on the page for a balance's next version, so that its indexes stay as they are.
alter table ledger.account set (fillfactor = 60);
