alter table treasury.act drop constraint act_kind_check;
alter table treasury.act add constraint act_kind_check check (
  kind in ('Give', 'Freeze', 'Thaw', 'Reclaim', 'Sync', 'Fund', 'Recall', 'Finish', 'Appeal', 'Mature', 'Release'));
