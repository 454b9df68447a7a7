import assert from 'node:assert/strict'
import { aTask, aWorkspace, outputOf, resultsOf } from './workspace.ts'

/** A task that prints the lines of its input `lines`; `exit <code>` and `wait` are orders. */
const printing = aTask(
  'Print',
  `
  for (const line of process.env.INPUT_LINES.split('\\n')) {
    if (line === 'wait') setInterval(() => undefined, 1000)
    else if (line.startsWith('exit ')) process.exitCode = Number(line.slice(5))
    else console.log(line)
  }`,
  { inputs: [{ name: 'lines', type: 'multiLine', label: 'Lines', defaultValue: '' }] },
)

/** Lines that the task Print prints, and one more key of its step. */
type PrintStep = readonly [lines: readonly string[], more?: string]

function printSteps(...steps: readonly PrintStep[]): string {
  const each = steps.map(
    ([lines, more]) =>
      `- task: Print@1\n  inputs: { lines: ${JSON.stringify(lines.join('\n'))} }\n${more === undefined ? '' : `  ${more}\n`}`,
  )
  return `steps:\n${each.join('')}`
}

function runPrint(...steps: readonly PrintStep[]) {
  const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': printSteps(...steps) }, tasks: printing })
  return { workspace, end: workspace.run() }
}

describe('runPipeline: the log', () => {
  it('shows a step as the agent does', async () => {
    const { workspace, end } = runPrint([['hello'], 'displayName: Say $(Build.BuildId)'])
    const { result, steps } = await end

    assert.equal(result, 'Succeeded')
    assert.deepEqual(workspace.lines, [
      '##[section]Starting: Say 7',
      '='.repeat(78),
      'Task         : The Print',
      'Description  : ',
      'Version      : 1.2.3',
      'Author       : tests',
      'Help         : ',
      '='.repeat(78),
      'hello',
      '##[section]Finishing: Say 7',
    ])
    assert.deepEqual(steps[0]?.lines, workspace.lines)
    assert.equal(steps[0].displayName, 'Say 7')
    assert.ok(steps[0].milliseconds > 0)
  })

  it('writes debug lines only when System.Debug is true', async () => {
    const files = { 'azure-pipelines.yml': printSteps([['##vso[task.debug]details']]) }
    const quiet = await aWorkspace({ sources: files, tasks: printing }).run()
    const debugging = await aWorkspace({ sources: files, tasks: printing }).run({
      variables: { 'System.Debug': 'true' },
    })

    assert.deepEqual(outputOf(quiet.steps[0]), [])
    assert.deepEqual(outputOf(debugging.steps[0]), ['##[debug]details'])
  })

  it('lists issues with their place, and only the first ten of a kind', async () => {
    const warnings = Array.from({ length: 12 }, (_, index) => `##vso[task.logissue type=warning]w${String(index)}`)
    const { end } = runPrint([
      ['##vso[task.logissue type=error;sourcepath=Dockerfile;linenumber=3;columnnumber=1;code=E1]bad', ...warnings],
    ])
    const { steps } = await end

    assert.equal(steps[0]?.result, 'Succeeded')
    assert.deepEqual(steps[0].issues[0], {
      type: 'error',
      message: 'Dockerfile(3,1): error E1: bad',
      sourcePath: 'Dockerfile',
      line: 3,
      column: 1,
      code: 'E1',
    })
    assert.equal(steps[0].issues.length, 11)
    assert.ok(steps[0].lines.includes('##[error]Dockerfile(3,1): error E1: bad'))
    assert.ok(steps[0].lines.includes('##[warning]w11'))
  })

  // The agent masks every authorization field but a few that it knows, MaskingUtil.cs:
  // https://github.com/microsoft/azure-pipelines-agent/blob/master/src/Microsoft.VisualStudio.Services.Agent/Util/MaskingUtil.cs
  it('masks secret variables, secrets of the run and connection parameters', async () => {
    const files = {
      'azure-pipelines.yml': printSteps([
        [
          'top-secret',
          'user-name',
          'true',
          'public',
          '##vso[task.setsecret]found',
          'x found',
          '##vso[task.logissue type=error]found',
        ],
      ]),
    }
    const workspace = aWorkspace({ sources: files, tasks: printing })
    const { steps } = await workspace.run({
      secretVariables: { PASSWORD: 'top-secret' },
      connections: [
        {
          name: 'aws',
          id: 'id',
          type: 'AWS',
          url: '',
          scheme: 'x',
          parameters: { username: 'user-name', flag: 'true', tenantId: 'public' },
        },
      ],
    })

    assert.deepEqual(outputOf(steps[0]), ['***', '***', '***', 'public', 'x ***', '##[error]***'])
    assert.equal(steps[0]?.issues[0]?.message, '***')
    assert.doesNotMatch(workspace.lines.join('\n'), /top-secret|user-name|found/)
  })
})

describe('runPipeline: results', () => {
  const rows: readonly (readonly [lines: readonly string[], more: string, step: string, job: string])[] = [
    [['##vso[task.complete result=Succeeded]'], '', 'Succeeded', 'Succeeded'],
    [['##vso[task.complete result=SucceededWithIssues]done'], '', 'SucceededWithIssues', 'SucceededWithIssues'],
    [['##vso[task.complete result=Failed]', '##vso[task.complete result=Succeeded]'], '', 'Failed', 'Failed'],
    [['##vso[task.complete result=Succeeded]', 'exit 3'], '', 'Failed', 'Failed'],
    [['exit 1'], 'continueOnError: true', 'SucceededWithIssues', 'SucceededWithIssues'],
    [['##vso[task.complete result=Cancelled]'], '', 'Failed', 'Failed'],
    [['##vso[task.unknown]'], '', 'Failed', 'Failed'],
    [['##vso[task.uploadsummary]/no/such/file'], '', 'Failed', 'Failed'],
    [['##vso[task.setvariable]x'], '', 'Failed', 'Failed'],
    [['##vso[task.setsecret]a%0Ab'], '', 'Failed', 'Failed'],
    [['##vso[task.setprogress value=no]'], '', 'Failed', 'Failed'],
    [['##vso[task.logdetail]x'], '', 'Failed', 'Failed'],
    [['##vso[task.setprogress value=50]half', '##vso[task.logdetail id=x]x'], '', 'Succeeded', 'Succeeded'],
    [['##vso[unknown.command]', '##vso[broken'], '', 'Succeeded', 'Succeeded'],
    [['x'], `condition: lt(1, 'a')`, 'Failed', 'Failed'],
    [['x'], 'condition: failed()', 'Skipped', 'Succeeded'],
  ]
  for (const [lines, more, step, job] of rows) {
    it(`is ${step} for ${lines.join(' ')} ${more}`, async () => {
      const { result, steps } = await runPrint(more === '' ? [lines] : [lines, more]).end

      assert.deepEqual(resultsOf(steps), [step])
      assert.equal(result, job)
    })
  }

  it('evaluates conditions against the status of the job', async () => {
    const { workspace, end } = runPrint(
      [['exit 1']],
      [['x']],
      [['x'], 'condition: failed()'],
      [['x'], 'condition: succeededOrFailed()'],
      [['x'], `condition: eq(variables['Agent.JobStatus'], 'Failed')`],
      [['x'], 'condition: canceled()'],
      [['x'], 'enabled: false'],
    )
    const { result, steps } = await end

    assert.equal(result, 'Failed')
    assert.deepEqual(resultsOf(steps), ['Failed', 'Skipped', 'Succeeded', 'Succeeded', 'Succeeded', 'Skipped'])
    assert.ok(workspace.lines.includes('##[section]Skipped: Print (condition: succeeded())'))
  })

  it('says what a process returned', async () => {
    const { steps } = await runPrint([['exit 3']]).end
    assert.deepEqual(steps[0]?.issues, [{ type: 'error', message: "Exit code 3 returned from the task's process" }])
  })

  it('drops what a task prints after it said it was done', async () => {
    const { steps } = await runPrint([['before', '##vso[task.complete result=SucceededWithIssues;done=true]', 'after']])
      .end
    assert.deepEqual(outputOf(steps[0]), ['before'])
    assert.deepEqual(resultsOf(steps), ['SucceededWithIssues'])
  })

  it('tries a failed task again', async () => {
    const failsOnce = aTask(
      'Once',
      `const file = process.env.AGENT_TEMPDIRECTORY + '/tried'
      const { existsSync, writeFileSync } = require('node:fs')
      if (!existsSync(file)) { writeFileSync(file, ''); console.log('##vso[task.complete result=Failed]') }`,
    )
    const file = 'steps:\n- task: Once@1\n  retryCountOnTaskFailure: 1\n'
    const { steps } = await aWorkspace({ sources: { 'azure-pipelines.yml': file }, tasks: failsOnce }).run()

    assert.deepEqual(resultsOf(steps), ['Succeeded'])
    assert.match(steps[0]?.issues[0]?.message ?? '', /tried again \(attempt #1 out of 1\)/)
  })
})

describe('runPipeline: variables', () => {
  it('shows an output variable to later steps only, under the name of the step', async () => {
    const { end } = runPrint(
      [
        [
          '##vso[task.setvariable variable=tag;isOutput=true]1.0',
          '##vso[task.setvariable variable=plain]p',
          '$(build.tag) $(plain)',
        ],
        'name: build',
      ],
      [['$(build.tag) $(tag) $(plain)'], `condition: eq(variables['build.tag'], '1.0')`],
    )
    const { steps } = await end

    assert.deepEqual(outputOf(steps[0]), ['$(build.tag) $(plain)'])
    assert.deepEqual(outputOf(steps[1]), ['1.0 $(tag) p'])
    assert.deepEqual(steps[0]?.outputs, { tag: '1.0' })
    assert.equal(steps[0].name, 'build')
  })

  it('makes a variable that task.json declares an output variable', async () => {
    const task = aTask('Check', `console.log('##vso[task.setvariable variable=UpdateNeeded;isSecret=true]yes')`, {
      outputVariables: [{ name: 'updateNeeded', description: 'x' }],
    })
    const file = `steps:
- task: Check@1
- bash: echo '$(Check1.updateNeeded)|$(updateNeeded)'
`
    const { steps } = await aWorkspace({
      sources: { 'azure-pipelines.yml': file },
      tasks: task,
    }).run()

    assert.deepEqual(steps[0]?.outputs, { UpdateNeeded: '***' })
    assert.equal(outputOf(steps[1]).at(-1), '***|$(updateNeeded)')
  })

  it('warns when a read-only variable is overwritten', async () => {
    const set = '##vso[task.setvariable variable=a;isReadOnly=true]1'
    const { steps } = await runPrint([[set, set]]).end
    assert.deepEqual(outputOf(steps[0]), ["##[warning]Overwriting readonly variable 'a'."])
  })

  it('lets queue-time variables win over those of the file, and those over predefined ones', async () => {
    const file = `variables:
  a: file
  b: file
  Build.Reason: Schedule
  c: $[ eq(variables['a'], 'file') ]
  d: <$(a)>
${printSteps([['$(a) $(b) $(Build.Reason) $(c) $(d) $(Build.BuildNumber) $(System.JobName)']])}`
    const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': file }, tasks: printing })
    const { steps, buildNumber } = await workspace.run({ variables: { a: 'queue' } })

    assert.deepEqual(outputOf(steps[0]), ['queue file Schedule True <queue> 20260801.7 __default'])
    assert.equal(buildNumber, '20260801.7')
  })

  it('keeps the tags and the number that steps give the build', async () => {
    const lines = ['##vso[build.addbuildtag]a', '##vso[build.addbuildtag]a', '##vso[build.updatebuildnumber]2.0']
    const { tags, buildNumber } = await runPrint([lines]).end
    assert.deepEqual(tags, ['a'])
    assert.equal(buildNumber, '2.0')
  })
})
