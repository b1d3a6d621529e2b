-- Which entry the book refused, so that a retry has it written again.
alter table flow.flow add column stalled_entry uuid;
