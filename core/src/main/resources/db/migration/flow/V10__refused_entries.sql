-- Which entry the book refused, so that a retry has it written again.
alter table flow.flow add column stalled_entry uuid;
-- A chargeback knows how often each grant's freeze came to nothing.
update flow.flow set body = jsonb_set(body, '{facts,refrozen}', '{}')
 where kind = 'CHARGEBACK' and body ? 'facts';
-- A release that is sent knows what is promised to it still; whose transaction paid is told from now on.
update flow.flow
   set body = (body - 'overtaken') || jsonb_build_object(
         'promised', body #> '{data,amount}', 'asked', '{}'::jsonb, 'seen', '{}'::jsonb, 'later', '[]'::jsonb,
         'end', case when (body ->> 'overtaken')::boolean then jsonb_build_object('is', 'Overtaken') end)
 where kind = 'RELEASING' and state = 'Sent';
update flow.signal set body = jsonb_set(body, '{own}', 'false')
 where heard_at is null and body ->> 'is' = 'PowerReleased';
