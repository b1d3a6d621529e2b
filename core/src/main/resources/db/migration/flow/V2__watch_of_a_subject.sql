-- A vault's event names a channel and no tenant.
create index watch_subject on flow.watch (subject);
