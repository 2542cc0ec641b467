-- When the scheduler was asked to stop an attempt's job: its grace is counted from here, also by a worker that started later.
alter table round_attempt add column stop_requested_at timestamptz;
