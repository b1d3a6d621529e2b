alter table treasury.act drop constraint act_kind_check;
alter table treasury.act add constraint act_kind_check check (
  kind in ('Give', 'Freeze', 'Thaw', 'Appeal', 'EndAppeal', 'Reclaim', 'Sync', 'Fund', 'Recall', 'Finish', 'Mature',
           'Release'));
create index act_subject on treasury.act (tenant, subject);
