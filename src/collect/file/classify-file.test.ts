import { describe, expect, it } from 'vitest';
import { classifyFile } from './classify-file.ts';
import { languageOf, languagesOf } from './languages.ts';
import { words } from './words.ts';

describe('source', () => {
  it.each(
    words(`
    src/latest.py contest/solver.go sqlparse/keywords.py xmltodict.py manage.py protest.py greatest.c
    src/testimonials/list.tsx pkg/attest/verify.go src/commands/test.ts src/commands/test/run.ts
    cmd/test/main.go numpy/testing/utils.py src/spec/schema.ts lib/openapi/spec/parser.rb
    app/models/spec.rb myapp/spec/reader.py src/main/java/org/acme/Latest.java
    src/main/java/org/acme/Contest.java src/main/kotlin/Manifest.kt Sources/App/Latest.swift src/lib.rs
    src/bin/tool.rs lib/tool.rb include/tool.h src/Tool.php src/Tool/Latest.cs src/fastest.cc
    src/history.ts lib/security.py src/docs/render.ts src/example/parse.go server/releases.rb lib/todo.js
    templates/index.html src/locales/en.json migrations/001.sql scripts/build.sh index.js
    types/index.d.ts src/main/resources/messages.properties version.py a/b/testutil.rs.go
    src/integration.py pkg/pods/list.go shop/tasks.py src/build.rs src/tests.go.rs
`),
  )('%s', (path) => {
    expect(classifyFile(path)).toBe('source');
  });
});

describe('test', () => {
  it.each(
    words(`
    tests/test_split.py test_x.py pkg/test_x.py pkg/x_test.py conftest.py src/pkg/conftest.py
    polls/tests.py tests/__init__.py tests/files/encoding_gbk.sql tests/fixtures/README.md
    test/fixtures/package-lock.json testing/test_terminal.py pkg/tests/data/a.json foo.spec.ts
    src/foo.test.tsx src/__tests__/foo.js src/__snapshots__/foo.js.snap src/__mocks__/fs.js test.js
    test/index.js cypress/e2e/login.cy.ts test-d.test-d.ts addons/foo-test.js mod_test.ts e2e/login.ts
    test/fixtures/node_modules/a/index.js jest.setup.js src/setupTests.ts foo_test.go pkg/a/foo_test.go
    pkg/a/testdata/in.txt test/e2e/run.go src/test/java/org/acme/Helper.java src/test/resources/a.xml
    src/a/FooTest.java FooTests.java FooIT.java TestFoo.java src/androidTest/java/A.kt
    src/commonTest/kotlin/A.kt FooSpec.scala FooSuite.scala FooTest.kt FooSpec.groovy tests/cli.rs
    crates/a/tests/cli.rs src/parse/tests.rs src/parse_test.rs src/tests/mod.rs spec/foo_spec.rb
    spec/spec_helper.rb spec/fixtures/a.yml spec/support/db.rb test/foo_test.rb test_foo.rb
    features/a.feature tests/a.c test/a.cpp src/foo_test.cc src/foo_unittest.cc src/FooTest.cpp
    test_foo.c unittests/a.cpp tests/FooTest.php src/FooTest.php Tool.Tests/FooTests.cs
    test/Tool.UnitTests/A.cs Tests/ToolTests/A.swift FooTests.swift test/a_test.dart test/a_test.exs
    packages/a/test/index.ts packages/a/spec/index.ts fixtures/in.json
`),
  )('%s', (path) => {
    expect(classifyFile(path)).toBe('test');
  });
});

describe('other', () => {
  it.each(
    words(`
    README.md CHANGELOG CHANGES AUTHORS LICENSE docs/index.rst docs/conf.py docs/sqlformat.1
    tests/README.md examples/column_defs_lowlevel.py examples/a/main.go packages/a/examples/b.ts
    website/src/index.tsx HISTORY.rst package-lock.json yarn.lock sub/poetry.lock go.sum Cargo.lock
    Gemfile.lock package.json setup.py setup.cfg pyproject.toml requirements-dev.txt requirements.txt
    go.mod Cargo.toml pom.xml build.gradle.kts tool.gemspec Makefile CMakeLists.txt Dockerfile
    docker-compose.yml tsconfig.build.json vite.config.ts karma.conf.js jest.config.js
    .github/workflows/ci.yml .github/scripts/test_x.py .travis.yml .editorconfig .gitignore
    .pre-commit-hooks.yaml .eslintrc.js dist/index.js src/a.min.js api/a.pb.go a_pb2.py
    vendor/github.com/a/b.go vendor/github.com/a/b_test.go third_party/a.c node_modules/a/test/a.js
    src/schema.generated.ts zz_generated.deepcopy.go logo.png bin/sqlformat data.csv config.yml
    man/tool.1 openapi.yaml spec/openapi.yaml src/notes.txt Jenkinsfile mkdocs.yml .changeset/a.md  a
`),
  )('%s', (path) => {
    expect(classifyFile(path)).toBe('other');
  });

  it.each(['', 'a', '/', 'a/'])('an odd path %j', (path) => {
    expect(classifyFile(path)).toBe('other');
  });
});

describe('language', () => {
  it.each([
    ['a.py', 'Python'],
    ['a.d.ts', 'TypeScript'],
    ['a.mjs', 'JavaScript'],
    ['a.GO', 'Go'],
    ['a.java', 'Java'],
    ['a.kt', 'Kotlin'],
    ['a.rs', 'Rust'],
    ['a.rb', 'Ruby'],
    ['a.h', 'C'],
    ['a.hpp', 'C++'],
    ['a.cs', 'C#'],
    ['README.md', null],
    ['.ts', null],
    ['ts', null],
  ])('of %s is %s', (path, language) => {
    expect(languageOf(path)).toBe(language);
  });

  it('of several files is sorted, each once', () => {
    expect(languagesOf(['b.ts', 'a.go', 'a.ts', 'README.md'])).toEqual(['Go', 'TypeScript']);
  });
});
