-- A total to be paid out counts from the last one, so a user's releases go one after another.
create unique index act_one_release on treasury.act (tenant, network, subject)
  where kind = 'Release' and state <> 'Done';
