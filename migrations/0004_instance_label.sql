-- What running the tests said about an instance, apart from its body: collecting replaces a body and loses no label.
create table instance_label (
  instance_id text not null references instance (instance_id) on delete cascade,
  base_commit text not null,
  fix_commit text not null,
  -- Hash of the environment's recipe, with the lock files that it reads.
  recipe_sha256 text not null,
  verdict text not null check (verdict in ('valid', 'invalid', 'flaky')),
  -- A code; null where the verdict needs none.
  reason text,
  fail_to_pass jsonb not null,
  pass_to_pass jsonb not null,
  -- Digest of the image that the tests ran in; null where none could be built.
  environment text,
  started_at timestamptz not null,
  labelled_at timestamptz not null,
  primary key (instance_id, base_commit, fix_commit, recipe_sha256),
  check (verdict <> 'valid' or environment is not null),
  check (started_at <= labelled_at)
);
