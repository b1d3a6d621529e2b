-- A chargeback keeps in order what its gateway said after a verdict; until now a chargeback that thawed kept only that the
-- dispute was opened again.
update flow.flow
   set body = jsonb_set(body, '{facts,later}',
                case when state = 'Thawing' and jsonb_typeof(body -> 'again') = 'object'
                     then jsonb_build_array(jsonb_build_object('is', 'Opened', 'about', body -> 'again'))
                     else '[]'::jsonb end) - 'again'
 where kind = 'CHARGEBACK' and body ? 'facts';
