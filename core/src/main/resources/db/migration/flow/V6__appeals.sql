-- A chargeback knows how the payer's own appeals fare.
update flow.flow set body = jsonb_set(body, '{facts,appeals}', '{}')
 where kind = 'CHARGEBACK' and body ? 'facts';
