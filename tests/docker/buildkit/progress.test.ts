import assert from 'node:assert/strict'
import { type SinonFakeTimers, useFakeTimers } from 'sinon'
import type { BuildProgress } from '../../../src/dockerfile-build/builder.ts'
import { type BuildFollower, followBuild } from '../../../src/docker/buildkit/progress.ts'
import { secretsHider } from '../../../src/model/secret-forms.ts'
import { throws } from '../../support/problems.ts'
import { cachedStep, failedBuild } from './recorded-builds.ts'
import { type Field, wireMessage } from './wire-message.ts'

const followers: BuildFollower[] = []

function follow(hide?: (text: string) => string): { told: BuildProgress[]; follower: BuildFollower } {
  const told: BuildProgress[] = []
  const follower = followBuild((progress) => told.push(progress), hide)
  followers.push(follower)
  return { told, follower }
}

const message = (...fields: readonly Field[]) => wireMessage(fields)

function aux(...fields: readonly Field[]): string {
  return Buffer.from(message(...fields)).toString('base64')
}

function endedVertex(digest: string, error = ''): Uint8Array {
  return message([1, digest], [3, `RUN ${digest}`], [5, message([1, 10])], [6, message([1, 12])], [7, error])
}

describe('followBuild', () => {
  afterEach(() => {
    for (const follower of followers.splice(0)) follower.end()
  })

  it('tells the steps and the output of a recorded build', () => {
    const { told, follower } = follow()

    for (const recorded of failedBuild) follower.read(recorded)

    const from = { kind: 'step', name: '[1/2] FROM localhost/try:1', moved: 0 }
    assert.deepEqual(told, [
      { ...from, seconds: 0.001, cached: false },
      { ...from, seconds: 0, cached: true },
    ])
  })

  it('names the failed step of a recorded build with what it printed', () => {
    const { told, follower } = follow()
    const command = 'printf "gr\\303\\274n \\033[1m##_vso[x]"; sleep 1; printf half; exit 3'

    for (const recorded of failedBuild) follower.read(recorded)
    follower.end()

    const output = ['grün ##_vso[x]half']
    assert.deepEqual(told.at(-1), { kind: 'output', step: `[2/2] RUN ${command}`, line: output[0] })
    assert.equal(follower.failedStep('exit code: 3')?.name, `[2/2] RUN ${command}`)
    assert.deepEqual(follower.failedStep('exit code: 3')?.output, output)
    assert.match(follower.failedStep('exit code: 3')?.reason ?? '', /exit code: 3$/)
  })

  it('says that a recorded step came from the cache, and nothing of one that goes on', () => {
    const { told, follower } = follow()

    follower.read(cachedStep)

    assert.deepEqual(told, [
      { kind: 'step', name: '[2/2] RUN echo one; echo two >&2', seconds: 0, cached: true, moved: 0 },
    ])
  })

  it('tells a step once, however often the engine repeats it', () => {
    const { told, follower } = follow()

    follower.read(aux([1, endedVertex('a')], [1, endedVertex('a')]))
    follower.read(aux([1, endedVertex('a')]))

    assert.deepEqual(told, [{ kind: 'step', name: 'RUN a', seconds: 2, cached: false, moved: 0 }])
  })

  it('tells a step again that was only looked up and then begins', () => {
    const { told, follower } = follow()
    const lookedUp = message([1, 'a'], [3, 'RUN a'], [5, message([1, 10])], [6, message([1, 10])])
    const begun = message([1, 'a'], [3, 'RUN a'], [5, message([1, 11])])
    const done = message([1, 'a'], [3, 'RUN a'], [5, message([1, 11])], [6, message([1, 18])])

    follower.read(aux([1, lookedUp]))
    follower.read(aux([1, begun]))
    follower.read(aux([2, message([1, 'transfer'], [2, 'a'], [4, 500])], [1, done]))

    assert.deepEqual(told, [
      { kind: 'step', name: 'RUN a', seconds: 0, cached: false, moved: 0 },
      { kind: 'step', name: 'RUN a', seconds: 7, cached: false, moved: 500 },
    ])
  })

  it('puts the lines of a step together, stdout and stderr apart', () => {
    const { told, follower } = follow()
    const log = (stream: number, text: string): Field => [3, message([1, 'a'], [3, stream], [4, Buffer.from(text)])]

    follower.read(aux(log(1, 'one '), log(2, 'bad'), log(1, 'line\ntwo')))
    follower.end()

    assert.deepEqual(
      told.map((progress) => progress.kind === 'output' && progress.line),
      ['one line', 'two', 'bad'],
    )
  })

  it('knows whose line it is, also of a step that it hears of only at its end', () => {
    const { told, follower } = follow()

    follower.read(aux([1, endedVertex('a')], [3, message([1, 'a'], [3, 1], [4, Buffer.from('quick\n')])]))

    assert.deepEqual(
      told.map((progress) => (progress.kind === 'output' ? `${progress.step}: ${progress.line}` : progress.kind)),
      ['RUN a: quick', 'step'],
    )
  })

  it('tells a warning with its line', () => {
    const { told, follower } = follow()
    const range = message([1, message([1, 5], [2, 0])], [2, message([1, 6])])
    const text = 'SecretsUsedInArgOrEnv: ##vso[x]'

    follower.read(aux([4, message([1, 'a'], [2, 1], [3, text], [5, 'https://docs'], [7, range])]))
    follower.read(aux([4, message([3, 'somewhere'])]))

    assert.deepEqual(told, [
      { kind: 'warning', message: 'SecretsUsedInArgOrEnv: ##_vso[x]', line: 5 },
      { kind: 'warning', message: 'somewhere' },
    ])
  })

  it('blames the step whose error ended the build, not one that was cancelled beside it', () => {
    const { follower } = follow()

    follower.read(aux([1, endedVertex('beside', 'context canceled')], [1, endedVertex('guilty', 'exit code: 3')]))

    assert.equal(follower.failedStep('failed to solve: exit code: 3')?.name, 'RUN guilty')
  })

  it('blames no step where none failed', () => {
    const { follower } = follow()

    follower.read(aux([1, endedVertex('a')]))

    assert.equal(follower.failedStep('dockerfile parse error'), undefined)
  })

  it('keeps the last 50 lines of the failed step', () => {
    const { follower } = follow()
    const lines = Array.from({ length: 60 }, (_, index) => `line ${String(index)}\n`).join('')

    follower.read(aux([3, message([1, 'a'], [3, 1], [4, Buffer.from(lines)])], [1, endedVertex('a', 'exit code: 1')]))

    const output = follower.failedStep('exit code: 1')?.output
    assert.equal(output?.length, 50)
    assert.equal(output.at(-1), 'line 59')
  })

  describe('while nothing happens', () => {
    let clock: SinonFakeTimers
    beforeEach(() => {
      clock = useFakeTimers({ now: 10_000 })
    })
    afterEach(() => {
      clock.restore()
    })

    const started = message([1, 'a'], [3, 'RUN a'], [5, message([1, 10])])

    it('tells every five seconds what is running, and how far it is', () => {
      const { told, follower } = follow()
      const moved = (id: string, current: number, total: number): Field => [
        2,
        message([1, id], [2, 'a'], [4, current], [5, total]),
      ]

      follower.read(aux([1, started]))
      clock.tick(5000)
      follower.read(aux(moved('layer 1', 5, 10), moved('layer 2', 1, 0)))
      follower.read(aux(moved('layer 1', 10, 10)))
      clock.tick(5000)
      follower.read(aux([1, endedVertex('a')]))
      clock.tick(60_000)

      assert.deepEqual(told, [
        { kind: 'running', step: 'RUN a', seconds: 5 },
        { kind: 'running', step: 'RUN a', seconds: 10, transfer: { current: 11, total: 10 } },
        { kind: 'step', name: 'RUN a', seconds: 2, cached: false, moved: 11 },
      ])
    })

    it('is quiet while a step prints', () => {
      const { told, follower } = follow()

      follower.read(aux([1, started]))
      for (let second = 0; second < 4; second++) {
        clock.tick(4000)
        follower.read(aux([3, message([1, 'a'], [3, 1], [4, Buffer.from('.\n')])]))
      }

      assert.ok(told.every(({ kind }) => kind === 'output'))
    })

    it('is quiet at its end', () => {
      const { told, follower } = follow()

      follower.read(aux([1, started]))
      follower.end()
      clock.tick(60_000)

      assert.deepEqual(told, [])
    })
  })

  it('hides secrets in everything, also where they come in pieces, in colours, or at the end of what is shown', () => {
    const { told, follower } = follow(secretsHider(['geheim-7']))
    const print = (text: string): Field => [3, message([1, 'a'], [3, 1], [4, Buffer.from(text)])]

    follower.read(aux([1, message([1, 'a'], [3, 'RUN geheim-7'])], print('one gehe'), print('im-7\n')))
    follower.read(aux(print('geh\u001b[1meim-7\n'), print(`${'x'.repeat(3990)}geheim-7 and more\n`)))
    follower.read(aux([4, message([3, 'about geheim-7'])], [1, endedVertex('a', 'with geheim-7')]))

    const { name = '', reason = '', output = [] } = follower.failedStep('with geheim-7') ?? {}
    assert.deepEqual(output.slice(0, 2), ['one ***', '***'])
    assert.equal(output[2]?.slice(3985), 'xxxxx*** and m…')
    assert.equal(reason, 'with ***')
    assert.doesNotMatch(JSON.stringify([told, name]), /gehe/)
  })

  it('refuses what is no trace of BuildKit', () => {
    const { follower } = follow()

    throws(
      () => {
        follower.read(Buffer.from([0x0a, 0xff]).toString('base64'))
      },
      { name: 'EngineAnswerError', reason: "its progress is not in BuildKit's form" },
    )
  })
})
