-- The one durable queue: flows, the signals that they hear, the commands that they give.
create table flow.flow (
  tenant       text        not null,
  id           uuid        not null,
  kind         text        not null check (kind in ('TOP_UP', 'PURCHASE', 'SETTLEMENT', 'REFUNDING', 'CHARGEBACK', 'STOCKING')),
  owner        text        not null,
  state        text        not null,
  body         jsonb       not null,
  initial      jsonb       not null,
  over         boolean     not null,
  version      bigint      not null default 0,
  stalled      text,
  begun_at     timestamptz not null default clock_timestamp(),
  moved_at     timestamptz not null default clock_timestamp(),
  primary key (tenant, id)
);
create index flow_by_kind on flow.flow (tenant, kind, begun_at desc);
create index flow_by_state on flow.flow (kind, state) where not over;
create index flow_stalled on flow.flow (tenant, moved_at) where stalled is not null;

-- Which flows hear facts about which subject.
create table flow.watch (
  tenant  text not null,
  subject uuid not null,
  flow    uuid not null,
  primary key (tenant, subject, flow)
);

create table flow.signal (
  seq      bigint generated always as identity primary key,
  tenant   text        not null,
  flow     uuid        not null,
  body     jsonb       not null,
  heard_at timestamptz,
  at       timestamptz not null default clock_timestamp()
);
create index signal_unheard on flow.signal (tenant, flow, seq) where heard_at is null;

create table flow.command (
  seq       bigint generated always as identity primary key,
  tenant    text        not null,
  flow      uuid        not null,
  step      bigint      not null,
  place     int         not null,
  kind      text        not null,
  body      jsonb       not null,
  state     text        not null default 'PENDING' check (state in ('PENDING', 'DONE')),
  attempts  int         not null default 0,
  due_at    timestamptz not null default clock_timestamp(),
  last_why  text,
  at        timestamptz not null default clock_timestamp(),
  unique (tenant, flow, step, place)
);
create index command_pending on flow.command (tenant, flow, seq) where state = 'PENDING';
create index command_due on flow.command (due_at) where state = 'PENDING';
