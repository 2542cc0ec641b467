-- Nightly rounds: the frozen data of a round, the round and its attempts, what it reported, and the checkpoints that came of it.

-- Content-addressed: the id is made of the hash of all files of the snapshot.
create table snapshot (
  snapshot_id text primary key,
  sha256 text not null unique,
  formula text not null,
  -- Trained on what was merged before, held out what was merged after.
  split_at timestamptz not null,
  -- Rows by kind (train, held_out, sft, preference) and what was left out by reason.
  counts jsonb not null,
  left_out jsonb not null default '{}'::jsonb,
  state text not null default 'ready' check (state in ('ready', 'purged')),
  created_at timestamptz not null default now()
);

-- Which instances it holds. Rows outlive an instance's purge: lineage has to find every checkpoint that saw it.
create table snapshot_instance (
  snapshot_id text not null references snapshot (snapshot_id),
  instance_id text not null,
  repository_id bigint not null references repository (repository_id),
  split text not null check (split in ('train', 'held_out')),
  primary key (snapshot_id, instance_id)
);
create index snapshot_instance_repository on snapshot_instance (repository_id);

create table round (
  round_id text primary key,
  cause text not null check (cause in ('night', 'manual', 'replacement')),
  -- The night that it belongs to, in the schedule's time zone; one round a night.
  night date,
  state text not null check (state in ('planned', 'snapshotting', 'submitting', 'running', 'finalising', 'evaluating',
                                       'promoted', 'discarded', 'failed', 'cancelled', 'lost')),
  -- A code, and for people a sentence without content of a repository.
  reason text,
  message text,
  snapshot_id text references snapshot (snapshot_id),
  cluster text not null,
  engine text not null check (engine in ('trl_grpo', 'trl_sft', 'verl_grpo', 'fake')),
  formula text not null,
  seed integer not null,
  -- What was asked for beside that: steps, overrides.
  request jsonb not null default '{}'::jsonb,
  spec jsonb,
  spec_sha256 text,
  step integer,
  total_steps integer,
  phase text,
  metrics jsonb not null default '{}'::jsonb,
  gate jsonb,
  not_before timestamptz,
  deadline timestamptz,
  cancel_asked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index round_night on round (night) where cause = 'night';
create index round_created on round (created_at desc);

create table round_attempt (
  round_id text not null references round (round_id),
  attempt integer not null,
  -- The name under which the scheduler knows it; written before it is submitted.
  job_key text not null unique,
  native_id text,
  state text not null check (state in ('submitting', 'queued', 'running', 'succeeded', 'failed', 'cancelled', 'lost')),
  exit_code integer,
  reason text,
  submitted_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (round_id, attempt)
);

-- The driver's event stream, as far as it was read.
create table round_event (
  round_id text not null references round (round_id),
  attempt integer not null,
  seq integer not null,
  type text not null,
  at timestamptz not null,
  body jsonb not null,
  primary key (round_id, attempt, seq)
);

create table checkpoint (
  checkpoint_id text primary key,
  round_id text not null references round (round_id),
  -- The checkpoint that its base was merged from; null where training began with the base model.
  parent_id text references checkpoint (checkpoint_id),
  kind text not null check (kind in ('lora', 'full')),
  tree_sha256 text not null,
  manifest jsonb not null,
  status text not null check (status in ('candidate', 'promoted', 'retired', 'discarded', 'tainted', 'purged')),
  created_at timestamptz not null default now()
);

create table evaluation (
  evaluation_id bigint generated always as identity primary key,
  checkpoint_id text not null references checkpoint (checkpoint_id) on delete cascade,
  -- Null: the base model.
  incumbent_id text references checkpoint (checkpoint_id),
  snapshot_id text not null references snapshot (snapshot_id),
  decision text not null check (decision in ('promote', 'keep', 'accumulate', 'refuse')),
  reasons jsonb not null,
  evidence jsonb not null,
  at timestamptz not null default now()
);

-- One sample of one model for one held-out row.
create table evaluation_result (
  evaluation_id bigint not null references evaluation (evaluation_id) on delete cascade,
  row_id text not null,
  model text not null check (model in ('candidate', 'incumbent')),
  sample integer not null,
  rewards jsonb not null,
  format_error boolean not null,
  hack text,
  primary key (evaluation_id, row_id, model, sample)
);

create table alias (
  name text primary key check (name in ('stable', 'canary')),
  checkpoint_id text references checkpoint (checkpoint_id),
  previous_id text references checkpoint (checkpoint_id),
  updated_at timestamptz not null default now()
);

-- At most one row: nights before its date have no round; `infinity` until somebody ends the pause.
create table round_pause (
  one boolean primary key default true check (one),
  until_night date not null,
  paused_at timestamptz not null default now()
);
