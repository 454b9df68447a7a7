/** The arrows of the architecture: tasks -> verbs -> model, and adapters around them. See docs/architecture.md. */
const verbs = '^src/(check|build-image|integration-test|publish|notify|sweep)/'
const adapters =
  '^src/(registry|ecr|docker|aws|http|build-context|pipelines)/|^src/ownership/(this-machine|new-owner)\\.ts$'
const pure = '^src/(model|dockerfile|problems)/|^src/ownership/(owner|local-name|test-container)\\.ts$'
const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    only('no-cycles', 'Imports must not form a cycle.', {}, { circular: true }),
    only(
      'pure-rooms',
      'Pure rooms compute: hashing and text aside, they take nothing from Node.js.',
      { path: pure },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    ),
    only(
      'model-knows-nouns',
      'Nouns know nothing but nouns.',
      { path: '^src/model/' },
      { path: '^src/(?!model/)|^tasks/' },
    ),
    only(
      'dockerfile-knows-model',
      'Reading and writing text.',
      { path: '^src/dockerfile/' },
      { path: '^src/(?!model/|dockerfile/)|^tasks/' },
    ),
    only(
      'verbs-declare-ports',
      'Verbs name ports; tasks plug adapters in.',
      { path: verbs },
      { path: `${adapters}|^tasks/` },
    ),
    only(
      'verbs-stand-alone',
      'A verb knows no other verb.',
      { path: '^src/(check|build-image|integration-test|publish|notify|sweep)/' },
      { path: verbs, pathNot: '^src/$1/' },
    ),
    only(
      'product-stands-alone',
      'The product knows neither its tests nor its sandbox.',
      { path: '^(src|tasks)/' },
      { path: '^(sandbox|tests|scripts)/' },
    ),
    only(
      'sandbox-stands-alone',
      'A stand-in that shares code with the product shares its mistakes.',
      { path: '^sandbox/' },
      { path: '^(src|tasks|tests|scripts)/' },
    ),
    only(
      'one-home-task-lib',
      'Only pipelines/ talks to the agent.',
      { pathNot: '^(src/pipelines|tests)/' },
      { path: 'node_modules/azure-pipelines-task-lib' },
    ),
    only(
      'one-home-aws',
      'AWS SDKs live in ecr/ and aws/.',
      { path: '^(src|tasks)/', pathNot: '^src/(ecr|aws)/' },
      { path: 'node_modules/@aws-sdk' },
    ),
    only(
      'one-home-docker',
      'dockerode lives in docker/.',
      { path: '^(src|tasks)/', pathNot: '^src/docker/' },
      { path: 'node_modules/dockerode' },
    ),
    only(
      'one-home-axios',
      'axios and proxies live in http/.',
      { path: '^(src|tasks)/', pathNot: '^src/http/' },
      { path: 'node_modules/(axios|agent-base|https-proxy-agent|proxy-from-env)/' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
