alter table flow.flow drop constraint flow_kind_check;
alter table flow.flow add constraint flow_kind_check check (
  kind in ('TOP_UP', 'PURCHASE', 'SETTLEMENT', 'REFUNDING', 'CHARGEBACK', 'STOCKING', 'RELEASING'));
