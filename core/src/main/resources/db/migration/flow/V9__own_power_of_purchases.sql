-- A purchase says how much of the buyer's own power it uses; those begun before used none.
update flow.flow
   set body = jsonb_set(body, '{data,own}', jsonb_set(body #> '{data,parts,0,tokens}', '{units}', '0')),
       initial = jsonb_set(initial, '{data,own}', jsonb_set(initial #> '{data,parts,0,tokens}', '{units}', '0'))
 where kind = 'PURCHASE' and not (body -> 'data') ? 'own';
