import assert from 'node:assert/strict'
import type { Result } from '../../../../sandbox/agent/contract.ts'
import type { Dependencies } from '../../../../sandbox/agent/expressions/graph-conditions.ts'
import { graphConditionHolds, parseGraphCondition } from '../../../../sandbox/agent/expressions/graph-conditions.ts'
import { jobDependencies, jobsOfStages } from '../../../../sandbox/agent/graph/outcomes.ts'

type Results = Readonly<Record<string, Result>>

function holds(condition: string, results: Results, isCanceled = false): boolean {
  const jobs = Object.entries(results).map(([name, result]) => {
    return { name, result, outputs: new Map([['check.wave1Count', '2']]) }
  })
  const dependencies: Dependencies = new Map([
    ['dependencies', jobDependencies(jobs)],
    ['stagedependencies', jobsOfStages([{ name: 'S', result: 'Succeeded', jobs }])],
  ])
  return graphConditionHolds(parseGraphCondition(condition, 'job'), {
    variables: new Map([['Build.Reason', 'PullRequest']]),
    dependencies,
    results: new Map(Object.entries(results).map(([name, result]) => [name.toLowerCase(), result])),
    isCanceled,
  })
}

// Without arguments the functions look at the whole graph above:
// https://learn.microsoft.com/azure/devops/pipelines/process/expressions#job-status-check-functions
describe('graphConditionHolds: status functions', () => {
  const good = { a: 'Succeeded', b: 'SucceededWithIssues' } as const
  const failed = { a: 'Succeeded', b: 'Failed' } as const
  const skipped = { a: 'Succeeded', b: 'Skipped' } as const
  const rows: readonly (readonly [condition: string, ...holds: readonly [boolean, boolean, boolean, boolean]])[] = [
    ['succeeded()', true, false, false, false],
    [`succeeded('a')`, true, true, true, false],
    [`succeeded('A', 'b')`, true, false, false, false],
    [`succeeded('nobody')`, false, false, false, false],
    ['failed()', false, true, false, false],
    [`failed('a')`, false, false, false, false],
    [`failed('b', 'a')`, false, true, false, false],
    ['succeededOrFailed()', true, true, true, false],
    ['always()', true, true, true, true],
    ['canceled()', false, false, false, true],
    ['not(canceled())', true, true, true, false],
    [`in(dependencies.b.result, 'Succeeded', 'SucceededWithIssues', 'Skipped')`, true, false, true, true],
  ]
  for (const [condition, ...expected] of rows) {
    it(`evaluates ${condition} for good, failed, skipped and canceled`, () => {
      const actual = [
        holds(condition, good),
        holds(condition, failed),
        holds(condition, skipped),
        holds(condition, good, true),
      ]

      assert.deepEqual(actual, expected)
    })
  }

  it('holds without any dependency, but for failed()', () => {
    const conditions = ['succeeded()', 'succeededOrFailed()', 'always()', 'failed()']
    assert.deepEqual(
      conditions.map((condition) => holds(condition, {})),
      [true, true, true, false],
    )
  })

  // https://github.com/MicrosoftDocs/azure-devops-docs/issues/12846
  it('does not count everything skipped as succeeded or failed', () => {
    assert.equal(holds('succeededOrFailed()', { a: 'Skipped' }), false)
  })
})

describe('graphConditionHolds: outputs', () => {
  const rows: readonly (readonly [condition: string, expected: boolean])[] = [
    [`and(not(canceled()), gt(dependencies.check.outputs['check.wave1Count'], 0))`, true],
    [`and(not(canceled()), gt(dependencies.check.outputs['check.wave2Count'], 0))`, false],
    [`eq(dependencies.CHECK.outputs['CHECK.WAVE1COUNT'], '2')`, true],
    [`eq(stageDependencies.S.check.outputs['check.wave1Count'], 2)`, true],
    [`eq(stageDependencies.S.check.result, 'Skipped')`, false],
    [`eq(dependencies.nobody.result, '')`, true],
    [`eq(variables['Build.Reason'], 'PullRequest')`, true],
  ]
  for (const [condition, expected] of rows) {
    it(`evaluates ${condition}`, () => {
      assert.equal(holds(condition, { check: 'Succeeded' }), expected)
    })
  }
})

describe('parseGraphCondition', () => {
  it('refuses what a stage cannot see', () => {
    assert.throws(() => parseGraphCondition(`eq(stageDependencies.A.B.result, '')`, 'stage'), {
      message: /Unrecognized named-value: 'stageDependencies'/,
    })
  })

  it('refuses arguments of always()', () => {
    assert.throws(() => parseGraphCondition(`always('a')`, 'job'), { message: /Too many parameters supplied/ })
  })
})
