import assert from 'node:assert/strict'
import { readPipelineArguments } from '../../sandbox/pipeline-arguments.ts'

describe('readPipelineArguments', () => {
  it('reads everything that can be said', () => {
    const { file, request } = readPipelineArguments(
      [
        ['a.yml'],
        ['--parameter', 'list=[a, b]', '--parameter', 'force=true'],
        ['--variable', 'a=1=2', '--variable', 'empty='],
        ['--secret', 'key=s3cret'],
        ['--branch', 'refs/heads/topic'],
        ['--pull-request', '7'],
        ['--job', 'Build.Make'],
      ].flat(),
    )

    assert.equal(file, 'a.yml')
    assert.deepEqual(request, {
      parameters: { list: '[a, b]', force: 'true' },
      variables: { a: '1=2', empty: '' },
      secretVariables: { key: 's3cret' },
      branch: 'refs/heads/topic',
      pullRequest: 7,
      job: 'Build.Make',
    })
  })

  it('leaves out what is not said', () => {
    assert.deepEqual(readPipelineArguments(['a.yml']), {
      file: 'a.yml',
      request: { parameters: {}, variables: {}, secretVariables: {} },
    })
  })

  const errors: readonly (readonly [args: string, message: RegExp])[] = [
    ['', /^Which pipeline file\?\nusage: npm run pipeline/],
    ['a.yml b.yml', /^One pipeline file at a time: what is "b\.yml"\?\nusage/],
    ['a.yml --variable novalue', /^--variable needs name=value\nusage/],
    ['a.yml --parameter =x', /^--parameter needs name=value\nusage/],
    ['a.yml --variable a=1 --secret a=2', /^"a" is given as a variable and as a secret\nusage/],
    ['a.yml --branch main', /^"main" is not a full ref\. Did you mean --branch refs\/heads\/main\?\nusage/],
    ['a.yml --pull-request seven', /^"seven" is not the number of a pull request\nusage/],
    ['a.yml --pull-request 0', /^"0" is not the number of a pull request\nusage/],
    ['a.yml --colour red', /^Unknown option '--colour'[^]*\nusage/],
    ['a.yml --job', /^Option '--job <value>' argument missing\nusage/],
  ]
  for (const [args, message] of errors) {
    it(`refuses "${args}" and shows the usage`, () => {
      assert.throws(() => readPipelineArguments(args.split(' ').filter((part) => part !== '')), { message })
    })
  }

  it('does not repeat what may be a secret', () => {
    assert.throws(() => readPipelineArguments(['a.yml', '--secret', 's3cret']), {
      message: /^--secret needs name=value\n(?![^]*s3cret)/,
    })
  })
})
