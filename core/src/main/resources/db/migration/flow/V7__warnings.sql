-- A purchase knows which warnings of its payments are open, and hears of them from its beginning.
update flow.flow set body = jsonb_set(body, '{progress,warned}', '[]')
 where kind = 'PURCHASE' and body ? 'progress';
