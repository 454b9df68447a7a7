import assert from 'node:assert/strict'
import { aWorkspace, outputOf, resultsOf } from '../workspace.ts'

describe('runScript', () => {
  const run = (steps: string, secretVariables = {}) =>
    aWorkspace({ sources: { 'azure-pipelines.yml': `steps:\n${steps}`, 'folder/file': '' } }).run({ secretVariables })

  it('runs bash in the working directory with the public variables', async () => {
    const { steps } = await run(`- script: |
    ls
    echo "$BUILD_BUILDID $TF_BUILD $(Build.BuildId) $GREETING"
  workingDirectory: folder
  env: { GREETING: "hello $(Build.BuildId) " }
`)
    assert.deepEqual(outputOf(steps[0]).slice(-2), ['file', '7 True 7 hello 7'])
  })

  it('hands secrets over only through env', async () => {
    const { steps } = await run('- bash: echo "[$TOKEN] [$SECRET_TOKEN] [${#MAPPED}]"\n  env: { MAPPED: $(TOKEN) }\n', {
      TOKEN: 'abcde',
    })
    assert.equal(outputOf(steps[0]).at(-1), '[] [] [5]')
  })

  it('prepends to the path of later steps', async () => {
    const { steps } = await run(`- bash: mkdir bin && printf '#!/bin/sh\\necho mine' > bin/mine && chmod +x bin/mine
- bash: |
    echo "##vso[task.prependpath]/first"
    echo "##vso[task.prependpath]$PWD/bin"
- bash: mine
`)
    assert.equal(outputOf(steps[2]).at(-1), 'mine')
  })

  it('fails by exit code and, when asked to, by a line on stderr', async () => {
    const { steps } = await run(`- bash: exit 4
- script: echo a >&2
  condition: always()
- script: echo a >&2
  condition: always()
  failOnStderr: true
`)
    assert.deepEqual(resultsOf(steps), ['Failed', 'Succeeded', 'Failed'])
    assert.equal(steps[0]?.issues[0]?.message, "Bash exited with code '4'.")
    assert.equal(steps[2]?.issues[0]?.message, 'CmdLine wrote one or more lines to the standard error stream.')
  })

  it('leaves the sources as they are at a checkout', async () => {
    const { steps } = await run('- checkout: self\n')
    assert.match(outputOf(steps[0]).join('\n'), /The sources are used as they are/)
  })
})
