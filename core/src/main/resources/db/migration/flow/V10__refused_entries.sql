-- Which entry the book refused, so that a retry has it written again.
alter table flow.flow add column stalled_entry uuid;
-- A chargeback knows how often each grant's freeze came to nothing.
update flow.flow set body = jsonb_set(body, '{facts,refrozen}', '{}')
 where kind = 'CHARGEBACK' and body ? 'facts';
