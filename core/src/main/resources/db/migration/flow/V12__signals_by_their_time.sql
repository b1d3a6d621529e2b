-- A runner finds the next signal by its time, however many flows there are.
create index signal_due on flow.signal (due_at) where heard_at is null;
