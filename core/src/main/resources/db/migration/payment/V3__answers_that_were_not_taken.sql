-- How many sends of a reply may have arrived; of what was answered before this was counted, one may.
alter table payment.dispute add column sends int not null default 0;
update payment.dispute set sends = 1 where reply is not null;
-- What else an account has paid.
create index payment_payer on payment.payment (tenant, payer, created_at desc, id) where state = 'Captured';
