-- Written by scripts/dump-schema.ts from the migrations. Do not edit.

create table alias (
  name text not null,
  checkpoint_id text,
  previous_id text,
  updated_at timestamp with time zone default now() not null,
  constraint alias_pkey PRIMARY KEY (name),
  constraint alias_name_check CHECK ((name = ANY (ARRAY['stable'::text, 'canary'::text])))
);

create table candidate (
  instance_id text not null,
  origin text not null,
  source text not null,
  patch text not null,
  rewards jsonb default '{}'::jsonb not null,
  constraint candidate_pkey PRIMARY KEY (instance_id, origin, source),
  constraint candidate_origin_check CHECK ((origin = ANY (ARRAY['policy'::text, 'pr_revision'::text, 'rival_pr'::text, 'proposal'::text])))
);

create table checkpoint (
  checkpoint_id text not null,
  round_id text not null,
  parent_id text,
  kind text not null,
  tree_sha256 text not null,
  manifest jsonb not null,
  status text not null,
  created_at timestamp with time zone default now() not null,
  constraint checkpoint_pkey PRIMARY KEY (checkpoint_id),
  constraint checkpoint_kind_check CHECK ((kind = ANY (ARRAY['lora'::text, 'full'::text]))),
  constraint checkpoint_status_check CHECK ((status = ANY (ARRAY['candidate'::text, 'promoted'::text, 'retired'::text, 'discarded'::text, 'tainted'::text, 'purged'::text])))
);

create table consent_event (
  consent_event_id bigint generated always as identity not null,
  repository_id bigint not null,
  from_scope text,
  to_scope text not null,
  source text not null,
  reason text not null,
  at timestamp with time zone default now() not null,
  constraint consent_event_pkey PRIMARY KEY (consent_event_id),
  constraint consent_event_to_scope_check CHECK ((to_scope = ANY (ARRAY['none'::text, 'collect'::text, 'train'::text, 'share'::text])))
);

create table delivery (
  delivery_id uuid not null,
  event text not null,
  action text,
  installation_id bigint,
  repository_id bigint,
  subject jsonb not null,
  payload jsonb,
  payload_state text not null,
  state text default 'received'::text not null,
  reason text,
  received_at timestamp with time zone default now() not null,
  routed_at timestamp with time zone,
  constraint delivery_pkey PRIMARY KEY (delivery_id),
  constraint delivery_payload_state_check CHECK ((payload_state = ANY (ARRAY['kept'::text, 'withheld'::text, 'none'::text, 'emptied'::text]))),
  constraint delivery_state_check CHECK ((state = ANY (ARRAY['received'::text, 'routed'::text, 'ignored'::text, 'failed'::text])))
);

create table evaluation (
  evaluation_id bigint generated always as identity not null,
  checkpoint_id text not null,
  incumbent_id text,
  snapshot_id text not null,
  decision text not null,
  reasons jsonb not null,
  evidence jsonb not null,
  at timestamp with time zone default now() not null,
  constraint evaluation_pkey PRIMARY KEY (evaluation_id),
  constraint evaluation_decision_check CHECK ((decision = ANY (ARRAY['promote'::text, 'keep'::text, 'accumulate'::text, 'refuse'::text])))
);

create table evaluation_result (
  evaluation_id bigint not null,
  row_id text not null,
  model text not null,
  sample integer not null,
  rewards jsonb not null,
  format_error boolean not null,
  hack text,
  constraint evaluation_result_pkey PRIMARY KEY (evaluation_id, row_id, model, sample),
  constraint evaluation_result_model_check CHECK ((model = ANY (ARRAY['candidate'::text, 'incumbent'::text])))
);

create table installation (
  installation_id bigint not null,
  account_login text not null,
  account_type text not null,
  status text not null,
  permissions jsonb default '{}'::jsonb not null,
  events jsonb default '[]'::jsonb not null,
  updated_at timestamp with time zone default now() not null,
  constraint installation_pkey PRIMARY KEY (installation_id),
  constraint installation_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'removed'::text])))
);

create table instance (
  instance_id text not null,
  repository_id bigint not null,
  pull_number integer not null,
  status text not null,
  body jsonb,
  consent text,
  oracle_reward jsonb,
  merged_at timestamp with time zone,
  updated_at timestamp with time zone default now() not null,
  constraint instance_pkey PRIMARY KEY (instance_id),
  constraint instance_repository_id_pull_number_key UNIQUE (repository_id, pull_number),
  constraint instance_check CHECK (((status <> 'ready'::text) OR (body IS NOT NULL))),
  constraint instance_consent_check CHECK ((consent = ANY (ARRAY['none'::text, 'collect'::text, 'train'::text, 'share'::text]))),
  constraint instance_status_check CHECK ((status = ANY (ARRAY['discovered'::text, 'building'::text, 'labelled'::text, 'ready'::text, 'rejected'::text, 'retired'::text])))
);

create table instance_issue (
  instance_id text not null,
  repository_id bigint not null,
  number integer not null,
  constraint instance_issue_pkey PRIMARY KEY (instance_id, repository_id, number)
);

create table instance_label (
  instance_id text not null,
  base_commit text not null,
  fix_commit text not null,
  recipe_sha256 text not null,
  verdict text not null,
  reason text,
  fail_to_pass jsonb not null,
  pass_to_pass jsonb not null,
  environment text,
  started_at timestamp with time zone not null,
  labelled_at timestamp with time zone not null,
  constraint instance_label_pkey PRIMARY KEY (instance_id, base_commit, fix_commit, recipe_sha256),
  constraint instance_label_check CHECK (((verdict <> 'valid'::text) OR (environment IS NOT NULL))),
  constraint instance_label_check1 CHECK ((started_at <= labelled_at)),
  constraint instance_label_verdict_check CHECK ((verdict = ANY (ARRAY['valid'::text, 'invalid'::text, 'flaky'::text])))
);

create table instance_rejection (
  instance_id text not null,
  repository_id bigint not null,
  pull_number integer not null,
  reason text not null,
  detail jsonb default '{}'::jsonb not null,
  at timestamp with time zone default now() not null,
  constraint instance_rejection_pkey PRIMARY KEY (instance_id)
);

create table issue (
  repository_id bigint not null,
  number integer not null,
  title text not null,
  body text not null,
  author text,
  state text not null,
  labels jsonb default '[]'::jsonb not null,
  comments jsonb default '[]'::jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint issue_pkey PRIMARY KEY (repository_id, number),
  constraint issue_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);

create table mendloop_migration (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint mendloop_migration_pkey PRIMARY KEY (name)
);

create table pull_request (
  repository_id bigint not null,
  number integer not null,
  status text not null,
  title text not null,
  body text not null,
  author text,
  author_type text not null,
  base_ref text not null,
  base_sha text not null,
  head_sha text not null,
  head_repo text,
  merge_commit_sha text,
  linked_issues jsonb default '[]'::jsonb not null,
  conversation jsonb default '[]'::jsonb not null,
  created_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  merged_at timestamp with time zone,
  constraint pull_request_pkey PRIMARY KEY (repository_id, number),
  constraint pull_request_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text, 'merged'::text])))
);

create table pull_revision (
  repository_id bigint not null,
  number integer not null,
  head_sha text not null,
  reachable boolean not null,
  constraint pull_revision_pkey PRIMARY KEY (repository_id, number, head_sha)
);

create table redelivery (
  delivery_id uuid not null,
  asked integer default 1 not null,
  asked_at timestamp with time zone not null,
  constraint redelivery_pkey PRIMARY KEY (delivery_id)
);

create table repository (
  repository_id bigint not null,
  installation_id bigint not null,
  full_name text not null,
  private boolean not null,
  default_branch text not null,
  status text not null,
  consent text not null,
  updated_at timestamp with time zone default now() not null,
  constraint repository_pkey PRIMARY KEY (repository_id),
  constraint repository_consent_check CHECK ((consent = ANY (ARRAY['none'::text, 'collect'::text, 'train'::text, 'share'::text]))),
  constraint repository_status_check CHECK ((status = ANY (ARRAY['active'::text, 'removed'::text])))
);

create table round (
  round_id text not null,
  cause text not null,
  night date,
  state text not null,
  reason text,
  message text,
  snapshot_id text,
  cluster text not null,
  engine text not null,
  formula text not null,
  seed integer not null,
  request jsonb default '{}'::jsonb not null,
  spec jsonb,
  spec_sha256 text,
  step integer,
  total_steps integer,
  phase text,
  metrics jsonb default '{}'::jsonb not null,
  gate jsonb,
  not_before timestamp with time zone,
  deadline timestamp with time zone,
  cancel_asked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint round_pkey PRIMARY KEY (round_id),
  constraint round_cause_check CHECK ((cause = ANY (ARRAY['night'::text, 'manual'::text, 'replacement'::text]))),
  constraint round_engine_check CHECK ((engine = ANY (ARRAY['trl_grpo'::text, 'trl_sft'::text, 'verl_grpo'::text, 'fake'::text]))),
  constraint round_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'snapshotting'::text, 'submitting'::text, 'running'::text, 'finalising'::text, 'evaluating'::text, 'promoted'::text, 'discarded'::text, 'failed'::text, 'cancelled'::text, 'lost'::text])))
);

create table round_attempt (
  round_id text not null,
  attempt integer not null,
  job_key text not null,
  native_id text,
  state text not null,
  exit_code integer,
  reason text,
  submitted_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  stop_requested_at timestamp with time zone,
  constraint round_attempt_pkey PRIMARY KEY (round_id, attempt),
  constraint round_attempt_job_key_key UNIQUE (job_key),
  constraint round_attempt_state_check CHECK ((state = ANY (ARRAY['submitting'::text, 'queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'lost'::text])))
);

create table round_event (
  round_id text not null,
  attempt integer not null,
  seq integer not null,
  type text not null,
  at timestamp with time zone not null,
  body jsonb not null,
  constraint round_event_pkey PRIMARY KEY (round_id, attempt, seq)
);

create table round_pause (
  one boolean default true not null,
  until_night date not null,
  paused_at timestamp with time zone default now() not null,
  constraint round_pause_pkey PRIMARY KEY (one),
  constraint round_pause_one_check CHECK (one)
);

create table snapshot (
  snapshot_id text not null,
  sha256 text not null,
  formula text not null,
  split_at timestamp with time zone not null,
  counts jsonb not null,
  left_out jsonb default '{}'::jsonb not null,
  state text default 'ready'::text not null,
  created_at timestamp with time zone default now() not null,
  constraint snapshot_pkey PRIMARY KEY (snapshot_id),
  constraint snapshot_sha256_key UNIQUE (sha256),
  constraint snapshot_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'purged'::text])))
);

create table snapshot_instance (
  snapshot_id text not null,
  instance_id text not null,
  repository_id bigint not null,
  split text not null,
  constraint snapshot_instance_pkey PRIMARY KEY (snapshot_id, instance_id),
  constraint snapshot_instance_split_check CHECK ((split = ANY (ARRAY['train'::text, 'held_out'::text])))
);

create table transition (
  transition_id bigint generated always as identity not null,
  entity text not null,
  entity_id text not null,
  from_status text,
  to_status text not null,
  event text not null,
  reason text,
  job_id uuid,
  at timestamp with time zone default now() not null,
  constraint transition_pkey PRIMARY KEY (transition_id)
);

alter table alias add constraint alias_checkpoint_id_fkey FOREIGN KEY (checkpoint_id) REFERENCES checkpoint(checkpoint_id);

alter table alias add constraint alias_previous_id_fkey FOREIGN KEY (previous_id) REFERENCES checkpoint(checkpoint_id);

alter table candidate add constraint candidate_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id) ON DELETE CASCADE;

alter table checkpoint add constraint checkpoint_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES checkpoint(checkpoint_id);

alter table checkpoint add constraint checkpoint_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(round_id);

alter table consent_event add constraint consent_event_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(repository_id);

alter table evaluation add constraint evaluation_checkpoint_id_fkey FOREIGN KEY (checkpoint_id) REFERENCES checkpoint(checkpoint_id) ON DELETE CASCADE;

alter table evaluation add constraint evaluation_incumbent_id_fkey FOREIGN KEY (incumbent_id) REFERENCES checkpoint(checkpoint_id);

alter table evaluation add constraint evaluation_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(snapshot_id);

alter table evaluation_result add constraint evaluation_result_evaluation_id_fkey FOREIGN KEY (evaluation_id) REFERENCES evaluation(evaluation_id) ON DELETE CASCADE;

alter table instance add constraint instance_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(repository_id);

alter table instance_issue add constraint instance_issue_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id) ON DELETE CASCADE;

alter table instance_label add constraint instance_label_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id) ON DELETE CASCADE;

alter table instance_rejection add constraint instance_rejection_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id) ON DELETE CASCADE;

alter table instance_rejection add constraint instance_rejection_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(repository_id);

alter table issue add constraint issue_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(repository_id);

alter table pull_request add constraint pull_request_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(repository_id);

alter table pull_revision add constraint pull_revision_repository_id_number_fkey FOREIGN KEY (repository_id, number) REFERENCES pull_request(repository_id, number) ON DELETE CASCADE;

alter table repository add constraint repository_installation_id_fkey FOREIGN KEY (installation_id) REFERENCES installation(installation_id);

alter table round add constraint round_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(snapshot_id);

alter table round_attempt add constraint round_attempt_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(round_id);

alter table round_event add constraint round_event_round_id_fkey FOREIGN KEY (round_id) REFERENCES round(round_id);

alter table snapshot_instance add constraint snapshot_instance_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(repository_id);

alter table snapshot_instance add constraint snapshot_instance_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(snapshot_id);

CREATE INDEX consent_event_repository ON public.consent_event USING btree (repository_id, consent_event_id);

CREATE INDEX delivery_kept ON public.delivery USING btree (received_at) WHERE (payload_state = 'kept'::text);

CREATE INDEX delivery_received ON public.delivery USING btree (received_at DESC);

CREATE INDEX delivery_repository ON public.delivery USING btree (repository_id);

CREATE INDEX delivery_unrouted ON public.delivery USING btree (received_at) WHERE (state = 'received'::text);

CREATE INDEX instance_issue_number ON public.instance_issue USING btree (repository_id, number);

CREATE INDEX instance_rejection_reason ON public.instance_rejection USING btree (reason);

CREATE INDEX instance_status ON public.instance USING btree (status, merged_at DESC);

CREATE INDEX repository_full_name ON public.repository USING btree (lower(full_name));

CREATE INDEX repository_installation ON public.repository USING btree (installation_id);

CREATE INDEX round_created ON public.round USING btree (created_at DESC);

CREATE UNIQUE INDEX round_night ON public.round USING btree (night) WHERE (cause = 'night'::text);

CREATE INDEX snapshot_instance_repository ON public.snapshot_instance USING btree (repository_id);

CREATE INDEX transition_entity ON public.transition USING btree (entity, entity_id, transition_id);

CREATE OR REPLACE FUNCTION public.transition_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'transition is append-only';
end
$function$;

CREATE TRIGGER transition_append_only BEFORE UPDATE ON public.transition FOR EACH ROW EXECUTE FUNCTION transition_is_append_only();
