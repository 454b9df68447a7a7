import assert from 'node:assert/strict'
import { requireCapableEngine } from '../../src/dockerfile-build/require-capable-engine.ts'
import { aDockerfile } from '../support/builders.ts'
import { memoryEngine } from '../support/memory-engine.ts'
import { rejects } from '../support/problems.ts'

const heredoc = aDockerfile('FROM a\nRUN <<EOF\necho\nEOF\n')
const plain = aDockerfile('FROM a\n', '/app/Dockerfile')

describe('requireCapableEngine', () => {
  it('says where a Dockerfile needs a newer engine, and what to do', async () => {
    await rejects(requireCapableEngine([plain, heredoc], memoryEngine({ version: '20.10.24+dfsg1' })), {
      message:
        '/image/Dockerfile has a heredoc in line 2, which needs engine 23 or later; the agent has 20.10.24+dfsg1. Update Docker on the agent, or begin the file with # syntax=docker/dockerfile:1.',
    })
  })

  const fine: readonly (readonly [what: string, version: string, file: typeof plain])[] = [
    ['a plain Dockerfile on an old engine', '20.10.24', plain],
    ['a heredoc on the first engine that knows it', '23.0.0', heredoc],
    ['a heredoc on a new engine', '28.5.2', heredoc],
    ['a heredoc on an engine without a number', 'dev', heredoc],
  ]
  for (const [what, version, file] of fine) {
    it(`lets ${what} pass`, async () => {
      assert.equal((await requireCapableEngine([file], memoryEngine({ version }))).version, version)
    })
  }

  it('says that the engine is not there', async () => {
    const ping = () => Promise.reject(new Error('Cannot reach the Docker engine at unix:///x.'))

    await rejects(requireCapableEngine([plain], { ping }), { message: /^Cannot reach/ })
  })
})
