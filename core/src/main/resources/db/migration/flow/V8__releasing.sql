alter table flow.flow drop constraint flow_kind_check;
alter table flow.flow add constraint flow_kind_check check (
  kind in ('TOP_UP', 'PURCHASE', 'SETTLEMENT', 'REFUNDING', 'CHARGEBACK', 'STOCKING', 'RELEASING'));
-- What the vault pays out to a person is a total, so that one release must be over before the next begins.
create unique index flow_one_release on flow.flow (tenant, owner, (initial #>> '{data,network}'))
  where kind = 'RELEASING' and not over;
