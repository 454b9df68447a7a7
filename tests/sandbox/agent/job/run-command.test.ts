import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { aTask, aWorkspace } from '../workspace.ts'

describe('takeLine: restrictions of a task', () => {
  const commands = [
    '##vso[task.setvariable variable=allowed1;isOutput=true]x',
    '##vso[task.setvariable variable=other]x',
    '##vso[task.prependpath]/x',
    '##vso[build.addbuildtag]x',
  ]
  const script = commands.map((command) => `console.log('${command}')`).join('\n')

  it('refuses variables and commands that task.json does not allow', async () => {
    const restrictions = { commands: { mode: 'restricted' }, settableVariables: { allowed: ['ALLOWED*'] } }
    const workspace = aWorkspace({
      sources: { 'azure-pipelines.yml': 'steps:\n- task: Check@1\n' },
      tasks: aTask('Check', script, { restrictions }),
    })
    const { steps, tags, result } = await workspace.run()

    assert.equal(result, 'Succeeded')
    assert.deepEqual(steps[0]?.outputs, { allowed1: 'x' })
    assert.deepEqual(tags, [])
    assert.deepEqual(
      steps[0].issues.map(({ message }) => message),
      [
        "Setting variable 'other' has been disabled by the task or build definition.",
        "Setting variable 'PATH' has been disabled by the task or build definition.",
        '##vso[build.addbuildtag] is not allowed in this step due to policy restrictions.',
      ],
    )
  })
})

describe('takeLine: what steps hand to the run', () => {
  it('copies attachments and artifacts into the work folder', async () => {
    const file = `steps:
- bash: |
    mkdir -p out/sub && echo one > out/sub/a.txt && echo '# Hi' > hello.md && echo '<x/>' > junit.xml
    echo "##vso[task.uploadsummary]$PWD/hello.md"
    echo "##vso[task.addattachment type=card;name=one]$PWD/hello.md"
    echo "##vso[results.publish type=JUnit;resultFiles=$PWD/junit.xml;runTitle=t]"
    echo "##vso[task.uploadfile]$PWD/hello.md"
    echo "##vso[build.uploadlog]$PWD/hello.md"
    echo "##vso[artifact.upload artifactname=drop]$PWD/out"
    echo "##vso[artifact.upload artifactname=drop]$PWD/hello.md"
- bash: |
    rm hello.md
    echo "##vso[task.addattachment type=a/b;name=x]$PWD/junit.xml"
`
    const workspace = aWorkspace({ sources: { 'azure-pipelines.yml': file } })
    const { attachments, steps } = await workspace.run()

    assert.deepEqual(
      attachments.map(({ type, name }) => [type, name]),
      [
        ['Distributedtask.Core.Summary', 'hello.md'],
        ['card', 'one'],
        ['results.publish', 'junit.xml'],
        ['Distributedtask.Core.FileAttachment', 'hello.md'],
        ['build.uploadlog', 'hello.md'],
      ],
    )
    assert.equal(readFileSync(attachments[0]?.path ?? '', 'utf8'), '# Hi\n')
    assert.equal(readFileSync(join(workspace.folder, 'work/runs/7/artifacts/drop/sub/a.txt'), 'utf8'), 'one\n')
    assert.ok(existsSync(join(workspace.folder, 'work/runs/7/artifacts/drop/hello.md')))
    assert.equal(steps[1]?.result, 'Failed')
  })
})

describe('takeLine: results.publish', () => {
  const junit = `<testsuites><testsuite name="s">
<testcase name="one" time="1.5"/>
<testcase name="two"><failure message="no &amp; no">line 1
line 2</failure></testcase>
<testcase name="three"><skipped/></testcase>
</testsuite></testsuites>`

  async function publish(...lines: readonly string[]) {
    const file = `steps:\n- bash: |\n${lines.map((line) => `    ${line}`).join('\n')}\n`
    const sources = { 'azure-pipelines.yml': file, 'junit.xml': junit, 'other.xml': '<coverage/>', 'broken.xml': '<a>' }
    return aWorkspace({ sources }).run()
  }

  it('reads JUnit as a run of tests', async () => {
    const { testRuns, steps } = await publish(
      'echo "##vso[results.publish type=JUnit;mergeResults=true;runTitle=Image a%3Bb;resultFiles=$PWD/junit.xml,$PWD/junit.xml]"',
      'echo "##vso[results.publish type=junit;resultFiles=$PWD/junit.xml]"',
    )

    const tests = [
      { name: 'one', seconds: 1.5, outcome: 'Passed' },
      { name: 'two', seconds: 0, outcome: 'Failed', message: 'no & no', details: 'line 1\nline 2' },
      { name: 'three', seconds: 0, outcome: 'NotExecuted' },
    ]
    assert.deepEqual(testRuns, [
      { title: 'Image a;b', tests: [...tests, ...tests] },
      { title: 'JUnit_TestResults_2', tests },
    ])
    assert.equal(steps[0]?.result, 'Succeeded')
  })

  it('warns of files that are no JUnit', async () => {
    const { testRuns, steps } = await publish(
      'echo "##vso[results.publish type=JUnit;resultFiles=$PWD/other.xml,$PWD/broken.xml]"',
    )

    assert.deepEqual(testRuns, [])
    assert.equal(steps[0]?.issues.filter(({ type }) => type === 'warning').length, 2)
    assert.equal(steps[0].result, 'Succeeded')
  })

  it('keeps other formats without a look', async () => {
    const { testRuns, attachments } = await publish(
      'echo "##vso[results.publish type=VSTest;resultFiles=$PWD/other.xml]"',
    )

    assert.deepEqual(testRuns, [])
    assert.deepEqual(
      attachments.map(({ name }) => name),
      ['other.xml'],
    )
  })

  it('fails a step that names no file, or one that is not there', async () => {
    for (const properties of ['type=JUnit', 'resultFiles=a.xml', 'type=JUnit;resultFiles=/does/not/exist.xml']) {
      const { steps } = await publish(`echo "##vso[results.publish ${properties}]"`)

      assert.equal(steps[0]?.result, 'Failed', properties)
    }
  })
})
