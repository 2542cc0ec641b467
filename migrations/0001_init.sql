-- The durable core: what arrived, who installed us, what they allow, what was collected, and every state change.

create table installation (
  installation_id bigint primary key,
  account_login text not null,
  account_type text not null,
  status text not null check (status in ('active', 'suspended', 'removed')),
  permissions jsonb not null default '{}'::jsonb,
  events jsonb not null default '[]'::jsonb,
  updated_at timestamptz not null default now()
);

create table repository (
  repository_id bigint primary key,
  installation_id bigint not null references installation (installation_id),
  full_name text not null,
  private boolean not null,
  default_branch text not null,
  status text not null check (status in ('active', 'removed')),
  consent text not null check (consent in ('none', 'collect', 'train', 'share')),
  updated_at timestamptz not null default now()
);
create index repository_installation on repository (installation_id);
create index repository_full_name on repository (lower(full_name));

create table consent_event (
  consent_event_id bigint generated always as identity primary key,
  repository_id bigint not null references repository (repository_id),
  from_scope text,
  to_scope text not null check (to_scope in ('none', 'collect', 'train', 'share')),
  source text not null,
  reason text not null,
  at timestamptz not null default now()
);
create index consent_event_repository on consent_event (repository_id, consent_event_id);

-- One row per X-GitHub-Delivery. `subject` holds numbers and hashes only; `payload` what the consent allows.
create table delivery (
  delivery_id uuid primary key,
  event text not null,
  action text,
  installation_id bigint,
  repository_id bigint,
  subject jsonb not null,
  payload jsonb,
  payload_state text not null check (payload_state in ('kept', 'withheld', 'none', 'emptied')),
  state text not null default 'received' check (state in ('received', 'routed', 'ignored', 'failed')),
  reason text,
  received_at timestamptz not null default now(),
  routed_at timestamptz
);
create index delivery_unrouted on delivery (received_at) where state = 'received';
create index delivery_received on delivery (received_at desc);
create index delivery_kept on delivery (received_at) where payload_state = 'kept';
create index delivery_repository on delivery (repository_id);

-- Redeliveries that the sweep asked GitHub for, so that none is asked for without end.
create table redelivery (
  delivery_id uuid primary key,
  asked integer not null default 1,
  asked_at timestamptz not null
);

create table issue (
  repository_id bigint not null references repository (repository_id),
  number integer not null,
  title text not null,
  body text not null,
  author text,
  state text not null check (state in ('open', 'closed')),
  labels jsonb not null default '[]'::jsonb,
  comments jsonb not null default '[]'::jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (repository_id, number)
);

create table pull_request (
  repository_id bigint not null references repository (repository_id),
  number integer not null,
  status text not null check (status in ('open', 'closed', 'merged')),
  title text not null,
  body text not null,
  author text,
  author_type text not null,
  base_ref text not null,
  base_sha text not null,
  head_sha text not null,
  head_repo text,
  merge_commit_sha text,
  linked_issues jsonb not null default '[]'::jsonb,
  conversation jsonb not null default '[]'::jsonb,
  created_at timestamptz not null,
  closed_at timestamptz,
  merged_at timestamptz,
  primary key (repository_id, number)
);

-- Each head that was pushed to a pull request, also those that a force-push replaced.
create table pull_revision (
  repository_id bigint not null,
  number integer not null,
  head_sha text not null,
  reachable boolean not null,
  primary key (repository_id, number, head_sha),
  foreign key (repository_id, number) references pull_request (repository_id, number) on delete cascade
);

create table instance (
  instance_id text primary key,
  repository_id bigint not null references repository (repository_id),
  pull_number integer not null,
  status text not null check (status in ('discovered', 'building', 'labelled', 'ready', 'rejected', 'retired')),
  body jsonb,
  consent text check (consent in ('none', 'collect', 'train', 'share')),
  oracle_reward jsonb,
  merged_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (repository_id, pull_number),
  check (status <> 'ready' or body is not null)
);
create index instance_status on instance (status, merged_at desc);

-- Which issues an instance answers: rival pull requests of the same issue find it here.
create table instance_issue (
  instance_id text not null references instance (instance_id) on delete cascade,
  repository_id bigint not null,
  number integer not null,
  primary key (instance_id, repository_id, number)
);
create index instance_issue_number on instance_issue (repository_id, number);

create table instance_rejection (
  instance_id text primary key references instance (instance_id) on delete cascade,
  repository_id bigint not null references repository (repository_id),
  pull_number integer not null,
  reason text not null,
  detail jsonb not null default '{}'::jsonb,
  at timestamptz not null default now()
);
create index instance_rejection_reason on instance_rejection (reason);

create table candidate (
  instance_id text not null references instance (instance_id) on delete cascade,
  origin text not null check (origin in ('policy', 'pr_revision', 'rival_pr', 'proposal')),
  source text not null,
  patch text not null,
  rewards jsonb not null default '{}'::jsonb,
  primary key (instance_id, origin, source)
);

-- Append-only: every state change with its event, reason and job.
create table transition (
  transition_id bigint generated always as identity primary key,
  entity text not null,
  entity_id text not null,
  from_status text,
  to_status text not null,
  event text not null,
  reason text,
  job_id uuid,
  at timestamptz not null default now()
);
create index transition_entity on transition (entity, entity_id, transition_id);

create function transition_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'transition is append-only';
end
$$;
create trigger transition_append_only before update on transition
  for each row execute function transition_is_append_only();
